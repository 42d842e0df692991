using System.Net;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Billing.Tests.Processes;

/// <summary>A real process whose PostgreSQL is gone for half a minute.</summary>
[Trait("Needs", "postgres")]
public sealed class StoppedBooksTests
{
    // Twice of what is spent in the half minute, which is 60 answers at most.
    private const long Enough = 2 * 60 * ScriptedGateway.Cost;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task For_thirty_seconds_without_PostgreSQL_a_funded_organisation_is_served_and_then_all_is_applied()
    {
        await using var server = await PostgresServer.CreateAsync(Token);
        var connection = await server.CreateDatabaseAsync("stopped", null, Token);
        await using var gateway = await ScriptedGateway.StartAsync(connection, Token);

        // A lease lasts for about a minute at the pace of late; a busy machine takes its time to have one.
        var answers = 0L;
        while (await LeasedAsync(connection) < Enough)
        {
            answers += await ServeAsync(gateway, TimeSpan.FromMilliseconds(200), TimeSpan.Zero);
        }

        await server.StopAsync(Token);
        answers += await ServeAsync(gateway, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500));
        await server.StartAsync(Token);

        answers += await ServeAsync(gateway, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(50));
        var credits = await gateway.CreditsAsync(Token);
        Assert.Equal(answers * ScriptedGateway.Cost, (long)credits["total_usage_nusd"]!);
        Assert.Equal(
            (long)credits["total_credits_nusd"]!,
            (long)credits["total_usage_nusd"]! + (long)credits["available_nusd"]! + (long)credits["held_nusd"]!);
    }

    private static async Task<long> LeasedAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT sum(leased)::bigint FROM billing.org_account");
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }

    private static async Task<long> ServeAsync(ScriptedGateway gateway, TimeSpan time, TimeSpan pause)
    {
        var (start, answers) = (TimeProvider.System.GetTimestamp(), 0L);
        while (TimeProvider.System.GetElapsedTime(start) < time)
        {
            Assert.Equal((HttpStatusCode.OK, ScriptedGateway.Cost), await gateway.AskAsync(isSlow: false, Token));
            answers++;
            await Task.Delay(pause, TimeProvider.System, Token);
        }

        return answers;
    }
}
