using Gateway.Router.Gating;
using Gateway.Router.Learning;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Gateway.Router.Storage;
using Gateway.Router.Tasks;
using Gateway.Router.Tests.Planning;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Storage;

/// <summary>Runs of the router that share one store and one clock, and have two miners, <c>a</c> and <c>b</c>.
/// </summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly List<Replica> _started = [];

    internal string Folder { get; } = Directory.CreateTempSubdirectory("gate-").FullName;

    internal FakeTimeProvider Time { get; } = new(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _started)
        {
            await replica.Owner.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    internal async Task<Replica> StartAsync(int number, RouterStore? store = null)
    {
        var owner = new GateOwner(new(new() { TrustClusters = false }, new Guid(number, 0, 0, new byte[8])), Time);
        var source = new FakeSource([Miner("a"), Miner("b")]);
        var views = new RoutingViews(
            source, new NoPrices(), new LoadTable(Time), owner, NullLogger<RoutingViews>.Instance);
        var (shelf, prompts) = (new TraceShelf(), new PromptSampler(1));
        var keeper = new GateKeeper(
            owner, views, shelf, prompts, store ?? RouterStore.OfSqlite(Folder, Time),
            NullLogger<GateKeeper>.Instance);
        await keeper.OpenAsync(TestContext.Current.CancellationToken);
        var replica = new Replica(owner, views, shelf, keeper, source, prompts);
        _started.Add(replica);
        return replica;
    }

    private static Upstream Miner(string name) => Experts.Miner(4, name, "m") with { RegisteredAt = 7 };
}

/// <summary>One run.</summary>
internal sealed record Replica(
    GateOwner Owner, RoutingViews Views, TraceShelf Shelf, GateKeeper Keeper, FakeSource Source, PromptSampler Prompts)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal async Task LearnAsync(string name, double result, int times)
    {
        var miner = NumberOf(name);
        for (var i = 0; i < times; i++)
        {
            Owner.TryLearn(new GateOutcome(miner, default, result, 1, 0.6, Owner.Now));
        }

        await UntilAsync(() => Owner.Enter((book, _) => book.Miners[miner].Judged) >= times);
    }

    /// <summary>Waits for what another thread does.</summary>
    internal static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct);
        }
    }

    internal void Sample(params IEnumerable<string> prompts)
    {
        var buffer = new FeatureBuffer();
        foreach (var prompt in prompts)
        {
            FeatureHasher.Count(prompt, buffer);
            Prompts.Offer(buffer);
        }
    }

    internal double Integrity(string name) => Find(name).Gate.Integrity[Find(name).Slot];

    internal double Weight(string name)
    {
        var miner = NumberOf(name);
        var now = Owner.Now;
        return Owner.Enter((book, _) => book.Miners.Integrity[miner].Weight / book.Scale(now));
    }

    internal double Result(string name)
    {
        var miner = NumberOf(name);
        var now = Owner.Now;
        return Owner.Enter((book, _) => book.Miners.Integrity[miner].Result / book.Scale(now));
    }

    internal int NumberOf(string name) => Find(name).Gate.Miners[Find(name).Slot];

    private (GateSnapshot Gate, int Slot) Find(string name)
    {
        var view = Views.Current;
        return (view.Gate, Array.FindIndex(view.Table.Experts, one => one.Upstream.Hotkey!.Value.Ss58 == name));
    }
}
