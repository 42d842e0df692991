using Gateway.Core;

namespace Gateway.ChainBridge.Weights;

/// <summary>Where weights are set.</summary>
/// <param name="Subnets">The subnets.</param>
public sealed record WeightOptions(IReadOnlyList<WeighedSubnet> Subnets)
{
    /// <summary>The folder of the setter's own log.</summary>
    public required string Folder { get; init; }

    /// <summary>How often the chain is looked at.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>A subnet that weights are set in.</summary>
/// <param name="NetUid">Which.</param>
/// <param name="VersionKey">The version that the validator says it has; a subnet refuses one below its own.</param>
public readonly record struct WeighedSubnet(NetUid NetUid, ulong VersionKey);

/// <summary>How a setter stands in a subnet. Immutable.</summary>
/// <param name="NetUid">The subnet.</param>
/// <param name="Problem">Why it cannot speak, by the chain's name for it where it has one; null: nothing is wrong.
/// </param>
/// <param name="SpokeAt">The block of its last word that the chain took; 0: none yet.</param>
/// <param name="OpenCommits">Commitments that wait for their reveal.</param>
/// <param name="LostReveals">Commitments of this process's life that were not revealed in their epoch.</param>
public sealed record WeightStatus(NetUid NetUid, string? Problem, long SpokeAt, int OpenCommits, int LostReveals);
