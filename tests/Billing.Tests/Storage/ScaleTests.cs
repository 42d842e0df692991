using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Storage;

/// <summary>Replicas that come and go while requests run.</summary>
public sealed class ScaleTests(PostgresTemplate template) : IClassFixture<PostgresTemplate>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_one_replica_to_three_and_back_under_load_nobody_is_refused_and_leases_come_back()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-scale-").FullName;
        await using var first = await BillingNode.StartAsync(folder, await template.CopyAsync());
        var payer = await first.CreditNewAsync(1_000_000_000);
        using var keeper = first.NewKeeper();
        await keeper.StartAsync(Token);
        using var end = new CancellationTokenSource();
        var load = SpendAsync(first, payer, end.Token);

        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
        var charged = (await Task.WhenAll(JoinAsync(first, "b", payer), JoinAsync(first, "c", payer))).Sum();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
        await end.CancelAsync();
        charged += await load;
        await keeper.StopAsync(Token);

        Assert.Equal(new(charged), (await first.AppliedAsync(payer.Org)).Spent);
        Assert.Equal([first.Replica.Current!.Id], await ListAsync(first, "replica WHERE state = 'live'"));
        Assert.Equal([first.Replica.Current.Id], await ListAsync(first, "lease WHERE state = 'open'"));
        await first.AssertBooksAsync();
        Directory.Delete(folder, recursive: true);
    }

    // A replica's whole life: it starts, serves for a second, is asked to end and ends.
    private static async Task<long> JoinAsync(BillingNode first, string name, Payer payer)
    {
        var node = await first.StartOtherAsync(name);
        using var keeper = node.NewKeeper();
        await keeper.StartAsync(Token);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var charged = await SpendAsync(node, payer, end.Token);
        await keeper.StopAsync(Token);
        await node.StopAsync();
        return charged;
    }

    private static async Task<long> SpendAsync(BillingNode node, Payer payer, CancellationToken end)
    {
        var charged = 0L;
        while (!end.IsCancellationRequested)
        {
            charged += (await node.SettleAsync(await node.HoldAsync(payer, 10, 20), 10, 20)).Charge.Value;
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }

        return charged;
    }

    private static Task<List<string>> ListAsync(BillingNode node, string rows) => node.Store.ReadAsync(
        session => session.ListAsync($"SELECT incarnation FROM billing.{rows}", row => row.GetString(0)), Token);
}
