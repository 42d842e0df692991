using Gateway.Core;

namespace Gateway.Billing;

/// <summary>How a hold would fare now.</summary>
/// <param name="Standings">Every limit that it is held to, in the order in which they are asked: the budgets from the
/// leaf to the root, then the organisation's credit. Empty when the books cannot be asked.</param>
/// <param name="Refusal">What would be answered; null: it would be held.</param>
public sealed record Foreseen(IReadOnlyList<BudgetStanding> Standings, Reserved? Refusal);

/// <summary>How one limit on spending stands to a hold.</summary>
/// <param name="Kind">Which level; null: the organisation's credit itself.</param>
/// <param name="Id">Whose it is.</param>
/// <param name="Cap">What may be spent in a period; null for credit.</param>
/// <param name="Room">What is neither spent nor held.</param>
/// <param name="Resets">When the period ends; null: never.</param>
/// <param name="Covers">Whether the hold fits.</param>
public sealed record BudgetStanding(
    BudgetKind? Kind, string Id, NanoUsd? Cap, NanoUsd Room, DateTimeOffset? Resets, bool Covers);
