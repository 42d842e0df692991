namespace Gateway.ChainBridge;

/// <summary>What is known of a subnet now.</summary>
/// <param name="Snapshot">The last good one, of this run or an earlier one.</param>
/// <param name="IsStale">Whether no newer one could be had for three epochs: places and addresses are still the best
/// there is, scores say nothing any more.</param>
public sealed record SubnetView(SubnetSnapshot Snapshot, bool IsStale)
{
    /// <summary>Why the newest state was not believed, so that this older one stays; null: it was.</summary>
    public string? Held { get; init; }
}
