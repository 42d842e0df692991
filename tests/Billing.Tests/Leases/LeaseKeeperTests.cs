using Gateway.Billing.Tests.Kit;
using Gateway.Core;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Billing.Tests.Leases;

public sealed class LeaseKeeperTests : IAsyncLifetime
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-billing-");
    private readonly FakeTimeProvider _time = new(Some.Noon);
    private LossyStore? _store;
    private BillingNode? _node;
    private string _own = "";

    private BillingNode Node => _node!;

    public async ValueTask InitializeAsync()
    {
        _node = await BillingNode.StartAsync(_folder.FullName, "", wrap: inner => _store = new(inner), time: _time);
        _own = Node.Replica.Current!.Id;
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task After_an_outage_of_the_books_the_first_one_back_orphans_nobody()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);
        using var own = Node.NewKeeper();
        using var other = (await Node.StartOtherAsync("other")).NewKeeper();
        await RoundsAsync(20, own, other);

        _store!.IsDown = true;
        await RoundsAsync(24, own, other);
        _store.IsDown = false;
        await RoundsAsync(6, other);

        Assert.Equal("live", await StateAsync());
        await RoundsAsync(20, own, other);
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(hold, 10, 20));
        Assert.Equal(new(970), (await Node.AppliedAsync(payer.Org)).Available);
    }

    [Fact]
    public async Task Whoever_was_paused_watches_again_before_it_looks_after_others()
    {
        using var other = (await Node.StartOtherAsync("other")).NewKeeper();
        await RoundsAsync(6, other);

        _time.Advance(TimeSpan.FromSeconds(90));
        await RoundsAsync(1, other);

        Assert.Equal("live", await StateAsync());
    }

    [Fact]
    public async Task Who_alone_falls_silent_is_an_orphan_after_a_minute_and_keeps_its_money_for_a_day()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);
        var other = await Node.StartOtherAsync("other");
        using var keeper = other.NewKeeper();

        await RoundsAsync(12, keeper);
        Assert.Equal("live", await StateAsync());
        await RoundsAsync(1, keeper);
        Assert.Equal("orphaned", await StateAsync());
        Assert.Equal(30, await LeasedAsync());

        // A day in hours that the keeper's own beats bridge.
        for (var hours = 0; hours < 23; hours++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await RoundsAsync(13, keeper);
        }

        Assert.Equal("orphaned", await StateAsync());
        _time.Advance(TimeSpan.FromHours(1));
        await RoundsAsync(26, keeper);
        Assert.Equal("force_closed", await StateAsync());
        Assert.Equal(0, await LeasedAsync());
        Assert.Equal(SettleOutcome.Settled, (await Node.SettleAsync(hold, 10, 20)).Outcome);
        Assert.Equal(new(1_000), (await Node.AppliedAsync(payer.Org)).Available);
    }

    [Fact]
    public async Task An_orphan_that_is_heard_of_again_lives_and_its_holds_are_charged()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);
        var incarnation = Node.Replica.Current;
        using var own = Node.NewKeeper();
        using var other = (await Node.StartOtherAsync("other")).NewKeeper();
        await RoundsAsync(14, other);
        Assert.Equal("orphaned", await StateAsync());

        await RoundsAsync(1, own);

        Assert.Equal("live", await StateAsync());
        Assert.Equal(incarnation, Node.Replica.Current);
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(hold, 10, 20));
        Assert.Equal(new(new(1_000), new(30), new(970), new(0), new(0)), await Node.AppliedAsync(payer.Org));
    }

    [Fact]
    public async Task A_closed_replica_comes_back_although_its_folder_cannot_be_written()
    {
        var closed = Node.Replica.Current;
        await Node.Books.SweepAsync(TimeSpan.Zero, TimeSpan.FromDays(1));
        await Node.Books.SweepAsync(TimeSpan.Zero, TimeSpan.Zero);
        var file = Path.Combine(_folder.FullName, "node-id");
        File.Delete(file);
        Directory.CreateDirectory(file);
        using var own = Node.NewKeeper();

        await RoundsAsync(1, own);

        Assert.NotEqual(closed, Node.Replica.Current);
    }

    [Fact]
    public async Task A_round_without_the_books_fails_nobody_and_the_next_goes_on()
    {
        var payer = await Node.CreditNewAsync(100_000_000);
        using var own = Node.NewKeeper();
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);

        _store!.IsDown = true;
        await RoundsAsync(3, own);
        var hold = await Node.HoldAsync(payer, 10, 20);
        await Node.SettleAsync(hold, 10, 20);
        _store.IsDown = false;
        await RoundsAsync(1, own);

        Assert.Equal(new(60), (await Node.BalanceAsync(payer.Org)).Spent);
        await Node.AssertBooksAsync();
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(7 * 86_400)]
    public async Task A_clock_that_jumps_changes_no_money(int seconds)
    {
        var payer = await Node.CreditNewAsync(100_000_000);
        using var own = Node.NewKeeper();
        var hold = await Node.HoldAsync(payer, 10, 20);
        await RoundsAsync(2, own);

        _time.Advance(TimeSpan.FromSeconds(seconds));
        await RoundsAsync(1, own);

        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(hold, 10, 20));
        await RoundsAsync(1, own);
        var balance = await Node.BalanceAsync(payer.Org);
        Assert.Equal((new NanoUsd(30), new NanoUsd(99_999_970)), (balance.Spent, balance.Available));
        await Node.AssertBooksAsync();
    }

    private async Task<string> StateAsync() => (await Node.Store.ReadAsync(
        session => session.ListAsync(
            "SELECT state FROM replica WHERE incarnation = @own", row => row.GetString(0), ("own", _own)),
        TestContext.Current.CancellationToken))[0];

    private async Task<long> LeasedAsync() => (await Node.Store.ReadAsync(
        session => session.ListAsync("SELECT leased FROM org_account", row => row.GetInt64(0)),
        TestContext.Current.CancellationToken))[0];

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
