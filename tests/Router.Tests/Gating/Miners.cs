using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

/// <summary>Miners for tests.</summary>
internal static class Miners
{
    internal static MinerFacts Of(
        string name, string model = "m", double? incentive = null, string? owner = null, double price = 0,
        long registered = 0) =>
        new(new(1, name, registered, model), owner ?? name, incentive, price, price);

    internal static MinerFacts Trusted(string name, string model) => new(new(-1, name, 0, model), name, null, 0, 0);

    internal static MinerFacts[] Many(int count, int models) =>
        [.. Enumerable.Range(0, count).Select(i => Of($"miner{i}", $"model{i % models}", i))];

    internal static GateQuery Query(ulong seed = 1, bool explores = false) =>
        new(seed, default, Tradeoff.QualityOnly, 0, 0, explores);
}
