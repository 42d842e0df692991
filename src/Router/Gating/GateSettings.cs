namespace Gateway.Router.Gating;

/// <summary>The constants of the gate. They were measured, not derived: docs/routing.md has the figures.</summary>
internal sealed record GateSettings
{
    /// <summary>Outcomes that the chain's word about a miner weighs; never more.</summary>
    internal double PriorWeight { get; init; } = 1.8;

    /// <summary>Spread of a miner's integrity about which nothing is known but one outcome.</summary>
    internal double IntegrityNoise { get; init; } = 0.12;

    /// <summary>How much of a model's own uncertainty enters a draw; it guards against lock-in.</summary>
    internal double CapabilityNoise { get; init; } = 0.25;

    /// <summary>After this time an outcome weighs half, in seconds.</summary>
    internal double HalfLife { get; init; } = 6 * 3600;

    /// <summary>Outcomes that the subnet's mean weighs in a model's.</summary>
    internal double ModelShrink { get; init; } = 4;

    /// <summary>Outcomes that a model's mean weighs in a cluster's.</summary>
    internal double ClusterShrink { get; init; } = 6;

    /// <summary>Share of requests that may explore and do, 0 to 1.</summary>
    internal double ExploreShare { get; init; } = 0.01;

    /// <summary>A miner with fewer judged outcomes than this is still unknown.</summary>
    internal int ExploreOutcomes { get; init; } = 12;

    /// <summary>Whether cluster statistics act at once; otherwise they prove themselves first.</summary>
    internal bool TrustClusters { get; init; } = true;
}
