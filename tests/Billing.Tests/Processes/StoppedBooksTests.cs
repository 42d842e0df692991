using System.Net;
using Gateway.Testing;

namespace Gateway.Billing.Tests.Processes;

/// <summary>A real process whose PostgreSQL is gone for half a minute.</summary>
[Trait("Needs", "postgres")]
public sealed class StoppedBooksTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task For_thirty_seconds_without_PostgreSQL_a_funded_organisation_is_served_and_then_all_is_applied()
    {
        await using var server = await PostgresServer.CreateAsync(Token);
        await using var gateway = await ScriptedGateway.StartAsync(
            await server.CreateDatabaseAsync("stopped", null, Token), Token);
        var answers = await ServeAsync(gateway, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(50));

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
