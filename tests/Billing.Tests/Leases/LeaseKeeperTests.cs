using Gateway.Billing.Tests.Kit;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Billing.Tests.Leases;

public sealed class LeaseKeeperTests : IAsyncLifetime
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-billing-");
    private readonly FakeTimeProvider _time = new(Some.Noon);
    private LossyStore? _store;
    private BillingNode? _node;

    private BillingNode Node => _node!;

    public async ValueTask InitializeAsync() => _node = await BillingNode.StartAsync(
        _folder.FullName, "", wrap: inner => _store = new(inner), time: _time);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task After_an_outage_of_the_books_the_first_one_back_closes_nobody()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);
        using var own = Node.NewKeeper(Node.Replica);
        using var other = Node.NewKeeper(await Node.StartOtherReplicaAsync());
        await RoundsAsync(20, own, other);

        _store!.IsDown = true;
        await RoundsAsync(24, own, other);
        _store.IsDown = false;
        await RoundsAsync(6, other);

        Assert.Equal(new(30), (await Node.BalanceAsync(payer.Org)).Held);
        await RoundsAsync(20, own, other);
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(hold, 10, 20));
    }

    [Fact]
    public async Task Whoever_was_paused_watches_again_before_it_closes_others()
    {
        var payer = await Node.CreditNewAsync(1_000);
        await Node.HoldAsync(payer, 10, 20);
        using var other = Node.NewKeeper(await Node.StartOtherReplicaAsync());
        await RoundsAsync(6, other);

        _time.Advance(TimeSpan.FromSeconds(90));
        await RoundsAsync(1, other);

        Assert.Equal(new(30), (await Node.BalanceAsync(payer.Org)).Held);
    }

    [Fact]
    public async Task Who_alone_falls_silent_is_closed_after_the_limit()
    {
        var payer = await Node.CreditNewAsync(1_000);
        await Node.HoldAsync(payer, 10, 20);
        using var other = Node.NewKeeper(await Node.StartOtherReplicaAsync());

        await RoundsAsync(12, other);
        Assert.Equal(new(30), (await Node.BalanceAsync(payer.Org)).Held);
        await RoundsAsync(1, other);

        Assert.Equal(new(0), (await Node.BalanceAsync(payer.Org)).Held);
    }

    [Fact]
    public async Task A_closed_replica_comes_back_although_its_folder_cannot_be_written()
    {
        var token = TestContext.Current.CancellationToken;
        var closed = Node.Replica.Current;
        var other = await Node.StartOtherReplicaAsync();
        await other.SweepAsync(TimeSpan.Zero, token);
        var file = Path.Combine(_folder.FullName, "node-id");
        File.Delete(file);
        Directory.CreateDirectory(file);
        using var own = Node.NewKeeper(Node.Replica);

        await RoundsAsync(1, own);

        Assert.NotEqual(closed, Node.Replica.Current);
    }

    private async Task RoundsAsync(int rounds, params LeaseKeeper[] keepers)
    {
        for (var round = 0; round < rounds; round++)
        {
            _time.Advance(Beat);
            foreach (var keeper in keepers)
            {
                await keeper.RoundAsync(TestContext.Current.CancellationToken);
            }
        }
    }
}
