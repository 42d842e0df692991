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
/// <param name="Org">Whose address that is.</param>
/// <param name="Amount">Above zero.</param>
/// <param name="Rate">TAO's price for this deposit, above zero.</param>
/// <param name="BlockTime">The block's own time.</param>
public sealed record FinalizedTransfer(
    string Genesis,
    string BlockHash,
    long Height,
    int EventIndex,
    string Address,
    OrgId Org,
    Rao Amount,
    FxRate Rate,
    DateTimeOffset BlockTime);
