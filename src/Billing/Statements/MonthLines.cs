using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Where credit came from.</summary>
public enum CreditKind
{
    /// <summary>A deposit.</summary>
    Paid,

    /// <summary>A gift of ours; nothing was paid for it.</summary>
    Promo,

    /// <summary>Given back after a mistake of ours.</summary>
    Correction,
}

/// <summary>Credit that was added.</summary>
/// <param name="At">When it was credited.</param>
/// <param name="Lot">The lot it opened.</param>
/// <param name="Kind">Where it came from.</param>
/// <param name="Deposit">Genesis, block and event of the deposit.</param>
/// <param name="Amount">In rao.</param>
/// <param name="Rate">TAO's price it was credited at.</param>
/// <param name="Credit">In nano-USD.</param>
public sealed record CreditLine(
    DateTimeOffset At, string Lot, CreditKind Kind, string? Deposit, Rao Amount, FxRate Rate, NanoUsd Credit);

/// <summary>Credit that was taken away other than by requests.</summary>
/// <param name="Id">What names it.</param>
/// <param name="IsExpiry">Whether a gift ran out; else it was refunded.</param>
/// <param name="Lot">The lot it was taken from.</param>
/// <param name="At">When it was booked.</param>
/// <param name="Amount">In rao.</param>
/// <param name="Credit">In nano-USD; below zero where a refund ended unpaid and its credit came back.</param>
public sealed record ReductionLine(
    string Id, bool IsExpiry, string Lot, DateTimeOffset At, Rao Amount, NanoUsd Credit);

/// <summary>Charges of a project's requests to a model.</summary>
/// <param name="Project">Null: requests that named none.</param>
/// <param name="Model">The model that served.</param>
/// <param name="Requests">How many ended.</param>
/// <param name="Input">Prompt tokens.</param>
/// <param name="Output">Completion tokens.</param>
/// <param name="Charge">Their sum.</param>
public sealed record ChargeLine(
    string? Project, string Model, long Requests, long Input, long Output, NanoUsd Charge);

/// <summary>The part of a lot that paid for a month's charges.</summary>
/// <param name="Lot">The lot.</param>
/// <param name="Rate">Its rate.</param>
/// <param name="Amount">In rao: parts of a lot that is used up add up to the lot.</param>
/// <param name="Credit">In nano-USD.</param>
public sealed record LotUse(string Lot, FxRate Rate, Rao Amount, NanoUsd Credit);
