using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>Which subnets are followed, and how.</summary>
/// <param name="Subnets">Their numbers.</param>
public sealed record MetagraphOptions(IReadOnlyList<NetUid> Subnets)
{
    /// <summary>Where the last good snapshots are kept; null keeps none.</summary>
    public string? Folder { get; init; }

    /// <summary>The chain's block time, by which staleness is judged; 12 seconds on Bittensor.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How often the chain is asked for its finalized head.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>The most blocks between two full readings of a subnet.</summary>
    public int RefreshBlocks { get; init; } = 100;
}
