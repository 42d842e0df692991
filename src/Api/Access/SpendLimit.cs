using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Access;

/// <summary>The most that may be spent in a period.</summary>
internal readonly record struct SpendLimit(NanoUsd Cap, BudgetPeriod Period)
{
    public Allowance ToAllowance(string id, BudgetKind kind) => new(id, kind, Cap, Period);

    /// <summary>The period's word in the store and in the API.</summary>
    public static string ToText(BudgetPeriod period) => period switch
    {
        BudgetPeriod.Day => "day",
        BudgetPeriod.Week => "week",
        BudgetPeriod.Month => "month",
        BudgetPeriod.Total => "total",
    };

    /// <summary>Reads such a word; null for any other.</summary>
    public static BudgetPeriod? ParsePeriod(string? text) => text switch
    {
        "day" => BudgetPeriod.Day,
        "week" => BudgetPeriod.Week,
        "month" => BudgetPeriod.Month,
        "total" => BudgetPeriod.Total,
        _ => null,
    };

    public static SpendLimit? From(long? nusd, string? period) =>
        nusd is { } cap && ParsePeriod(period) is { } known ? new(new(cap), known) : null;
}
