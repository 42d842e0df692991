namespace Gateway.ChainBridge.Weights;

/// <summary>What a subnet asks of a validator that sets weights, read at one finalized block.</summary>
/// <param name="NetUid">The subnet.</param>
/// <param name="Count">Its neurons.</param>
/// <param name="Uid">The validator's own; null: it is not registered.</param>
internal sealed record WeightTerms(ushort NetUid, int Count, ushort? Uid)
{
    public bool HasPermit { get; init; }

    /// <summary>The validator's stake, and the least that it needs.</summary>
    public (ulong Own, ulong Least) Stake { get; init; }

    /// <summary>The subnet's version; older ones are refused.</summary>
    public ulong VersionKey { get; init; }

    /// <summary>The block that comes next.</summary>
    public ulong Block { get; init; }

    /// <summary>When the validator spoke last; 0: never.</summary>
    public ulong LastUpdate { get; init; }

    /// <summary>Blocks between two words of a validator.</summary>
    public ulong RateLimit { get; init; }

    public int MinAllowedWeights { get; init; }

    /// <summary>The largest part of all weights that one may have, in 65535ths; 65535: no limit, as in runtimes that
    /// have none.</summary>
    public ushort MaxWeight { get; init; } = ushort.MaxValue;

    /// <summary>Whether weights are committed to first.</summary>
    public bool CommitsFirst { get; init; }

    /// <summary>Commitments that are not revealed.</summary>
    public int OpenCommits { get; init; }
}
