using System.Net;
using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Processes;

/// <summary>A real process that the system does not let run, and cannot know it, while another replica goes
/// on.</summary>
[Trait("Needs", "postgres")]
public sealed class PauseTests(PostgresTemplate template) : IClassFixture<PostgresTemplate>
{
    private const int SigStop = 19;
    private const int SigCont = 18;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_paused_process_is_charged_as_ever_and_one_given_up_meanwhile_is_our_loss()
    {
        var connection = await template.CopyAsync();
        var folder = Directory.CreateTempSubdirectory("gateway-pause-").FullName;
        await using var gateway = await ScriptedGateway.StartAsync(connection, Token);
        await using var other = await BillingNode.StartAsync(folder, connection);
        var payer = await other.CreditNewAsync(1_000_000);

        var answer = await gateway.BeginSlowAsync(Token);
        gateway.Signal(SigStop);
        gateway.GoOn();
        await SpendAsync(other, payer, TimeSpan.FromSeconds(2));
        gateway.Signal(SigCont);
        Assert.Equal((HttpStatusCode.OK, ScriptedGateway.Cost), await answer);
        Assert.Equal(ScriptedGateway.Cost, (long)(await gateway.CreditsAsync(Token))["total_usage_nusd"]!);

        answer = await gateway.BeginSlowAsync(Token);
        gateway.Signal(SigStop);
        await SpendAsync(other, payer, TimeSpan.FromMilliseconds(500));
        await GiveUpAsync(other);
        gateway.GoOn();
        gateway.Signal(SigCont);
        Assert.Equal((HttpStatusCode.OK, ScriptedGateway.Cost), await answer);
        await UntilAsync(other, ScriptedGateway.Cost, """
            SELECT coalesce(sum(charge), 0) FROM billing.usage_record WHERE settlement = 'uncollectible'
            """);

        // What is asked from now on is held by a successor, and the organisation pays again.
        Assert.Equal((HttpStatusCode.OK, ScriptedGateway.Cost), await gateway.AskAsync(isSlow: false, Token));
        Assert.Equal(2 * ScriptedGateway.Cost, (long)(await gateway.CreditsAsync(Token))["total_usage_nusd"]!);
        await other.Replica.TickAsync();
        await other.AssertBooksAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task SpendAsync(BillingNode node, Payer payer, TimeSpan time)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < time)
        {
            Assert.Equal(new(30), (await node.SettleAsync(await node.HoldAsync(payer, 10, 20), 10, 20)).Charge);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    // As after a day of silence: first an orphan, then given up.
    private static async Task GiveUpAsync(BillingNode node)
    {
        var unseen = TimeSpan.FromMilliseconds(400);
        await node.Replica.BeatAsync();
        var orphaned = (await node.Books.SweepAsync(unseen, unseen)).Orphaned;
        await node.Replica.BeatAsync();
        Assert.Equal(orphaned, (await node.Books.SweepAsync(unseen, unseen)).Closed);
        Assert.Single(orphaned);
    }

    private static async Task UntilAsync(BillingNode node, long expected, string sql)
    {
        while ((await node.Store.ReadAsync(
            session => session.ListAsync(sql, row => Convert.ToInt64(row.GetValue(0))), Token))[0] != expected)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }
}
