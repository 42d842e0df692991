using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A deposit as its organisation sees it.</summary>
/// <param name="Id">Genesis, block and event, separated by slashes: names it for ever.</param>
/// <param name="State">The word the books have for its state.</param>
/// <param name="BlockHash">The block.</param>
/// <param name="Height">Its number.</param>
/// <param name="EventIndex">The event's place in it.</param>
/// <param name="BlockTime">The block's own time.</param>
/// <param name="Address">Where it went.</param>
/// <param name="Amount">In rao.</param>
/// <param name="Rate">TAO's price it was credited at; null before that.</param>
/// <param name="Credit">What it was credited with; null before that.</param>
public sealed record DepositLine(
    string Id,
    string State,
    string BlockHash,
    long Height,
    long EventIndex,
    DateTimeOffset BlockTime,
    string Address,
    Rao Amount,
    FxRate? Rate,
    NanoUsd? Credit);

/// <summary>A deposit that is credit now.</summary>
/// <param name="Number">Of the credit: 1 and up in each organisation, in the order in which it came.</param>
/// <param name="Deposit">The deposit.</param>
public sealed record CreditedDeposit(long Number, DepositLine Deposit);
