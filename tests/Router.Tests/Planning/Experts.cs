using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Load;
using Gateway.Router.Planning;

namespace Gateway.Router.Tests.Planning;

/// <summary>Upstreams for planning, which never dials them.</summary>
internal static class Experts
{
    internal static Upstream Of(string name, string model, Features features = Features.All) =>
        new(name, new(model), new("http://127.0.0.1:1/v1/"), "openai", features, Quality.Real);

    internal static Upstream Miner(ushort netUid, string hotkey, string model) =>
        Of($"sn{netUid}/{hotkey}", model) with { NetUid = new NetUid(netUid), Hotkey = new Hotkey(hotkey) };

    /// <summary>A view in which the gate has learned nothing yet.</summary>
    internal static RoutingView View(IReadOnlyList<Upstream> upstreams, LoadTable loads) =>
        View(upstreams, loads, new GateBook(new() { TrustClusters = false }, Guid.Empty));

    /// <summary>A view of what a book has learned.</summary>
    internal static RoutingView View(
        IReadOnlyList<Upstream> upstreams, LoadTable loads, GateBook book, IModelPrices? prices = null,
        bool explores = true)
    {
        var snapshot = new UpstreamSnapshot(1, upstreams) { Explores = explores };
        var numbers = book.SetMiners([.. upstreams.Select(upstream => FactsOf(upstream, prices ?? new NoPrices()))]);
        var gate = book.Publish(0);
        return new(new(snapshot, [.. snapshot.Upstreams], numbers, gate, loads, prices ?? new NoPrices()), gate);
    }

    private static MinerFacts FactsOf(Upstream upstream, IModelPrices prices)
    {
        var key = RoutingViews.KeyOf(upstream);
        prices.TryGet(upstream.Model, out var price);
        return new(key, upstream.Operator ?? key.Hotkey, null, price.Input.PicoUsd / 1e12, price.Output.PicoUsd / 1e12)
        {
            Percentile = upstream.IncentivePercentile,
        };
    }
}
