using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Gateway.Router.Storage;
using Gateway.Router.Tests.Planning;
using Gateway.Router.Traces;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Storage;

public sealed class GateKeeperTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gate-").FullName;
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly List<Node> _nodes = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.Owner.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_learned_lives_through_a_restart()
    {
        var first = await StartAsync(1);
        await first.LearnAsync("a", 1, 30);
        await first.LearnAsync("b", 0, 30);
        await first.Keeper.BeatAsync(Ct);

        var second = await StartAsync(2);

        Assert.Equal(first.Integrity("a"), second.Integrity("a"), 1e-6);
        Assert.Equal(first.Integrity("b"), second.Integrity("b"), 1e-6);
        Assert.True(second.Integrity("a") > second.Integrity("b") + 0.3);
    }

    [Fact]
    public async Task Replicas_agree_after_a_beat_each_and_lost_or_doubled_beats_do_no_harm()
    {
        var (one, two) = (await StartAsync(1), await StartAsync(2));
        await one.LearnAsync("a", 1, 20);
        await two.LearnAsync("a", 0, 20);
        foreach (var node in (Node[])[one, two, one, one, two, two])
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await node.Keeper.BeatAsync(Ct);
        }

        await one.Keeper.BeatAsync(Ct);

        Assert.Equal(one.Integrity("a"), two.Integrity("a"), 1e-3);
        Assert.InRange(one.Integrity("a"), 0.3, 1);
    }

    [Fact]
    public async Task Runs_that_are_silent_for_a_day_are_folded_and_count_once()
    {
        var first = await StartAsync(1);
        await first.LearnAsync("a", 1, 40);
        await first.Keeper.BeatAsync(Ct);
        var second = await StartAsync(2);
        await second.Keeper.BeatAsync(Ct);
        var before = second.Weight("a");

        _time.Advance(TimeSpan.FromHours(25));
        var third = await StartAsync(3);
        await third.Keeper.BeatAsync(Ct);
        await second.Keeper.BeatAsync(Ct);

        // 25 hours at a half-life of 6.
        var kept = before * Math.Pow(0.5, 25 / 6.0);
        Assert.Equal(kept, second.Weight("a"), kept * 0.02);
        var fourth = await StartAsync(4);
        Assert.Equal(kept, fourth.Weight("a"), kept * 0.02);
    }

    [Fact]
    public async Task A_hotkey_that_registers_anew_inherits_nothing()
    {
        var node = await StartAsync(1);
        await node.LearnAsync("b", 0, 30);
        var old = node.Integrity("b");

        node.Source.Swap(
            [.. node.Source.Current.Upstreams.Select(one => one with { RegisteredAt = one.RegisteredAt + 1 })]);

        Assert.True(old < 0.4, $"{old}");
        Assert.True(node.Integrity("b") > 0.8, $"{node.Integrity("b")}");
    }

    [Fact]
    public async Task A_store_that_is_away_stops_nothing_and_catches_up()
    {
        var store = RouterStore.OfSqlite(Path.Combine(_folder, "not", "yet"), _time);
        var node = await StartAsync(1, store);
        Assert.False(node.Shelf.IsStoreReachable);
        await node.LearnAsync("a", 0, 20);
        await node.Keeper.BeatAsync(Ct);
        Assert.True(node.Integrity("a") < 0.5);

        Directory.CreateDirectory(Path.Combine(_folder, "not", "yet"));
        await node.Keeper.BeatAsync(Ct);
        await node.Keeper.BeatAsync(Ct);

        Assert.True(node.Shelf.IsStoreReachable);
        Assert.Equal(node.Integrity("a"), (await StartAsync(2, store)).Integrity("a"), 1e-6);
    }

    [Fact]
    public async Task Traces_are_kept_for_thirty_days_and_for_their_owner_alone()
    {
        var node = await StartAsync(1);
        var (owner, request) = (Guid.CreateVersion7(_time.GetUtcNow()), RequestId.Create(_time));
        var view = node.Views.Current;
        var planned = Planner.Plan(
            view, new(request, ModelId.Auto, Features.None, RouteWish.None) { Owner = owner });
        var plan = Assert.IsType<Planned.Route>(planned).Plan;
        var trace = new RouteTrace(request, owner, _time.GetUtcNow(), 1, plan.Record!, [], null);
        node.Shelf.Add(trace);
        await node.Keeper.BeatAsync(Ct);

        var other = await StartAsync(2);
        var found = await other.Shelf.FindAsync(request, owner, Ct);
        Assert.Equal(trace.Json, found!.Value.ToArray());
        Assert.Null(await other.Shelf.FindAsync(request, Guid.CreateVersion7(_time.GetUtcNow()), Ct));
        Assert.Null(await node.Shelf.FindAsync(request, Guid.CreateVersion7(_time.GetUtcNow()), Ct));

        _time.Advance(TimeSpan.FromDays(31));
        var later = await StartAsync(3);
        await later.Keeper.BeatAsync(Ct);
        Assert.Null(await later.Shelf.FindAsync(request, owner, Ct));
    }

    private async Task<Node> StartAsync(int number, RouterStore? store = null)
    {
        var owner = new GateOwner(
            new(new() { TrustClusters = false }, new Guid(number, 0, 0, new byte[8])), _time);
        var source = new FakeSource([Miner("a"), Miner("b")]);
        var views = new RoutingViews(
            source, new NoPrices(), new LoadTable(_time), owner, NullLogger<RoutingViews>.Instance);
        var shelf = new TraceShelf(_time);
        var keeper = new GateKeeper(
            owner, views, shelf, store ?? RouterStore.OfSqlite(_folder, _time), _time,
            NullLogger<GateKeeper>.Instance);
        await keeper.OpenAsync(Ct);
        var node = new Node(owner, views, shelf, keeper, source);
        _nodes.Add(node);
        return node;
    }

    private static Upstream Miner(string name) => Experts.Miner(4, name, "m") with { RegisteredAt = 7 };

    private sealed record Node(
        GateOwner Owner, RoutingViews Views, TraceShelf Shelf, GateKeeper Keeper, FakeSource Source)
    {
        public async Task LearnAsync(string name, double result, int times)
        {
            var (miner, before) = (NumberOf(name), Owner.Current);
            for (var i = 0; i < times; i++)
            {
                Owner.TryLearn(new GateOutcome(miner, default, result, 1, 0.6, Owner.Now));
            }

            while (ReferenceEquals(before, Owner.Current)
                || Owner.Enter((book, _) => book.Miners[miner].Judged) < times)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct);
            }
        }

        public double Integrity(string name) => Find(name).Gate.Integrity[Find(name).Slot];

        public double Weight(string name)
        {
            var miner = NumberOf(name);
            var now = Owner.Now;
            return Owner.Enter((book, _) => book.Miners.Integrity[miner].Weight / book.Scale(now));
        }

        private int NumberOf(string name) => Find(name).Gate.Miners[Find(name).Slot];

        private (GateSnapshot Gate, int Slot) Find(string name)
        {
            var view = Views.Current;
            return (view.Gate, Array.FindIndex(view.Table.Experts, one => one.Upstream.Hotkey!.Value.Ss58 == name));
        }
    }
}
