using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A limit on spending in a period: nothing of it is money, the organisation's credit pays.</summary>
/// <param name="Id">Whose it is, stable for ever: the public id of the organisation, project or key, or the end user's
/// hash.</param>
/// <param name="Kind">Which level it is.</param>
/// <param name="Cap">The most that may be spent in one period.</param>
/// <param name="Period">When it starts anew.</param>
public sealed record Allowance(string Id, BudgetKind Kind, NanoUsd Cap, BudgetPeriod Period);
