using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Names an account of the books, and says what it takes to open it.</summary>
/// <param name="Account">The organisation's public id, or a budget's account.</param>
/// <param name="Org">The organisation.</param>
/// <param name="Budget">Kind and cap of a budget; null for credit.</param>
internal sealed record AccountName(string Account, OrgId Org, BudgetTerms? Budget)
{
    internal static AccountName Credit(OrgId org) => new(org.ToString(), org, null);
}

/// <summary>What a budget's row is made of.</summary>
/// <param name="Allowance">Whose, which level and how much.</param>
/// <param name="Resets">When the period ends; null: never.</param>
internal sealed record BudgetTerms(Allowance Allowance, DateTimeOffset? Resets);
