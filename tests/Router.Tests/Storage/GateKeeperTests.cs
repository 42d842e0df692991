using Gateway.Core;
using Gateway.Router.Planning;
using Gateway.Router.Storage;
using Gateway.Router.Traces;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Storage;

public sealed class GateKeeperTests : IAsyncDisposable
{
    private readonly Replicas _replicas = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private FakeTimeProvider Time => _replicas.Time;

    public ValueTask DisposeAsync() => _replicas.DisposeAsync();

    [Fact]
    public async Task What_was_learned_lives_through_a_restart()
    {
        var first = await _replicas.StartAsync(1);
        await first.LearnAsync("a", 1, 30);
        await first.LearnAsync("b", 0, 30);
        await first.Keeper.BeatAsync(Ct);

        var second = await _replicas.StartAsync(2);

        Assert.Equal(first.Integrity("a"), second.Integrity("a"), 1e-6);
        Assert.Equal(first.Integrity("b"), second.Integrity("b"), 1e-6);
        Assert.True(second.Integrity("a") > second.Integrity("b") + 0.3);
    }

    [Fact]
    public async Task Replicas_agree_after_a_beat_each_and_lost_or_doubled_beats_do_no_harm()
    {
        var (one, two) = (await _replicas.StartAsync(1), await _replicas.StartAsync(2));
        await one.LearnAsync("a", 1, 20);
        await two.LearnAsync("a", 0, 20);
        foreach (var node in (Replica[])[one, two, one, one, two, two])
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await node.Keeper.BeatAsync(Ct);
        }

        await one.Keeper.BeatAsync(Ct);

        Assert.Equal(one.Integrity("a"), two.Integrity("a"), 1e-3);
        Assert.InRange(one.Integrity("a"), 0.3, 1);
    }

    [Fact]
    public async Task Runs_that_are_silent_for_a_day_are_folded_and_count_once()
    {
        var first = await _replicas.StartAsync(1);
        await first.LearnAsync("a", 1, 40);
        await first.Keeper.BeatAsync(Ct);
        var second = await _replicas.StartAsync(2);
        await second.Keeper.BeatAsync(Ct);
        var before = second.Weight("a");

        Time.Advance(TimeSpan.FromHours(25));
        var third = await _replicas.StartAsync(3);
        await third.Keeper.BeatAsync(Ct);
        await second.Keeper.BeatAsync(Ct);

        // 25 hours at a half-life of 6.
        var kept = before * Math.Pow(0.5, 25 / 6.0);
        Assert.Equal(kept, second.Weight("a"), kept * 0.02);
        var fourth = await _replicas.StartAsync(4);
        Assert.Equal(kept, fourth.Weight("a"), kept * 0.02);
    }

    [Fact]
    public async Task A_hotkey_that_registers_anew_inherits_nothing()
    {
        var node = await _replicas.StartAsync(1);
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
        var store = RouterStore.OfSqlite(Path.Combine(_replicas.Folder, "not", "yet"), Time);
        var node = await _replicas.StartAsync(1, store);
        Assert.False(node.Shelf.IsStoreReachable);
        await node.LearnAsync("a", 0, 20);
        await node.Keeper.BeatAsync(Ct);
        Assert.True(node.Integrity("a") < 0.5);

        Directory.CreateDirectory(Path.Combine(_replicas.Folder, "not", "yet"));
        await node.Keeper.BeatAsync(Ct);
        await node.Keeper.BeatAsync(Ct);

        Assert.True(node.Shelf.IsStoreReachable);
        Assert.Equal(node.Integrity("a"), (await _replicas.StartAsync(2, store)).Integrity("a"), 1e-6);
    }

    [Fact]
    public async Task Traces_are_kept_for_thirty_days_and_for_their_owner_alone()
    {
        var node = await _replicas.StartAsync(1);
        var (owner, request) = (Guid.CreateVersion7(Time.GetUtcNow()), RequestId.Create(Time));
        var view = node.Views.Current;
        var planned = Planner.Plan(
            view, new(request, ModelId.Auto, Features.None, RouteWish.None) { Owner = owner });
        var plan = Assert.IsType<Planned.Route>(planned).Plan;
        var trace = new RouteTrace(request, owner, Time.GetUtcNow(), 1, plan.Record!, [], null);
        node.Shelf.Add(trace);
        await node.Keeper.BeatAsync(Ct);

        var other = await _replicas.StartAsync(2);
        var found = await other.Shelf.FindAsync(request, owner, Ct);
        Assert.Equal(trace.Json, found!.Value.ToArray());
        Assert.Null(await other.Shelf.FindAsync(request, Guid.CreateVersion7(Time.GetUtcNow()), Ct));
        Assert.Null(await node.Shelf.FindAsync(request, Guid.CreateVersion7(Time.GetUtcNow()), Ct));

        Time.Advance(TimeSpan.FromDays(31));
        var later = await _replicas.StartAsync(3);
        await later.Keeper.BeatAsync(Ct);
        Assert.Null(await later.Shelf.FindAsync(request, owner, Ct));
    }
}
