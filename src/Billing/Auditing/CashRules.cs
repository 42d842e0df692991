namespace Gateway.Billing;

/// <summary>The rules of deposits, lots, corrections and payouts, as queries that return what breaks them: subject and
/// detail.</summary>
internal static class CashRules
{
    internal static readonly (string Invariant, string Sql)[] All = [];
}
