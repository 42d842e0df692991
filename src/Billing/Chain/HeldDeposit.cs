using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A finalized transfer to us that is no credit, and waits for somebody.</summary>
/// <param name="Id">Names it for ever.</param>
/// <param name="State">The word the books have for its state: <c>quarantined</c>, <c>awaiting_rate</c> or
/// <c>below_minimum</c>.</param>
/// <param name="Anomaly">Why it is in quarantine: <c>none</c>, <c>unattributed</c>, <c>unsupported_asset</c>,
/// <c>drift</c> or <c>sanctions</c>.</param>
/// <param name="Height">Its block's number.</param>
/// <param name="BlockTime">The block's own time.</param>
/// <param name="Address">Where it went.</param>
/// <param name="Sender">Where it came from, where that is known.</param>
/// <param name="Org">Whose it is, where that is known.</param>
/// <param name="Amount">In rao.</param>
public sealed record HeldDeposit(
    DepositId Id, string State, string Anomaly, long Height, DateTimeOffset BlockTime, string Address, string? Sender,
    OrgId? Org, Rao Amount);

/// <summary>Something that came to us and is not TAO: never in the books, kept for a person.</summary>
/// <param name="Height">Its block's number.</param>
/// <param name="BlockTime">The block's own time.</param>
/// <param name="Address">Where it went.</param>
/// <param name="Asset">What it is.</param>
/// <param name="Amount">In the asset's smallest unit.</param>
/// <param name="Org">Whose address that is, if anybody's.</param>
public sealed record ForeignDeposit(
    long Height, DateTimeOffset BlockTime, string Address, string Asset, long Amount, OrgId? Org);
