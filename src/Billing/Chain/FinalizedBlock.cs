using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A finalized block with what it brought to known addresses.</summary>
/// <param name="Genesis">The chain.</param>
/// <param name="Height">The block's number.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="ParentHash">The hash of the block below.</param>
/// <param name="Time">The block's own time.</param>
/// <param name="Transfers">In the order of its events; most blocks have none.</param>
public sealed record FinalizedBlock(
    string Genesis,
    long Height,
    string Hash,
    string ParentHash,
    DateTimeOffset Time,
    IReadOnlyList<BlockTransfer> Transfers)
{
    /// <summary>What left deposit addresses for our cold wallets, in the order of its events.</summary>
    public IReadOnlyList<BlockSweep> Sweeps { get; init; } = [];
}

/// <summary>A transfer from a deposit address to a cold wallet of ours, whoever saw to it.</summary>
/// <param name="EventIndex">Its place among the block's events, from zero.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="Cold">Where it went.</param>
/// <param name="Amount">Rao, above zero.</param>
public sealed record BlockSweep(int EventIndex, string Address, string Cold, Rao Amount);

/// <summary>A transfer to one of our addresses.</summary>
/// <param name="EventIndex">Its place among the block's events, from zero.</param>
/// <param name="Sender">For people; nothing follows from it.</param>
/// <param name="Address">Where it went.</param>
/// <param name="Amount">Above zero; rao, or the units of <see cref="Asset"/>.</param>
public sealed record BlockTransfer(int EventIndex, string Sender, string Address, Rao Amount)
{
    /// <summary>What was sent where it is not TAO, such as <c>alpha/4</c>; null for TAO.</summary>
    public string? Asset { get; init; }
}
