using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One transfer event in a finalized block, to an address that belongs to an organisation. Genesis, block hash
/// and event index together name it for ever; texts are compared exactly.</summary>
/// <param name="Genesis">The chain.</param>
/// <param name="BlockHash">The finalized block.</param>
/// <param name="Height">Its number.</param>
/// <param name="EventIndex">The event's place in it, from zero: two equal transfers of a block differ in it
/// alone.</param>
/// <param name="Address">Where it went.</param>
/// <param name="Org">Whose address that is; the default where nobody knows, with the anomaly
/// <see cref="DepositAnomaly.Unattributed"/>.</param>
/// <param name="Amount">Above zero.</param>
/// <param name="Rate">TAO's price by somebody's word, above zero: then it is credited at once, whatever its size. Null:
/// the newest sample at or before the block's time, once the address has sent the minimum.</param>
/// <param name="BlockTime">The block's own time.</param>
public sealed record FinalizedTransfer(
    string Genesis,
    string BlockHash,
    long Height,
    int EventIndex,
    string Address,
    OrgId Org,
    Rao Amount,
    FxRate? Rate,
    DateTimeOffset BlockTime)
{
    /// <summary>Who sent it; for people, nothing follows from it.</summary>
    public string? Sender { get; init; }

    /// <summary>Why it must not be credited before a person has looked.</summary>
    public DepositAnomaly Anomaly { get; init; }
}
