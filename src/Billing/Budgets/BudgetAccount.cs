using System.Globalization;

namespace Gateway.Billing;

/// <summary>Accounts of budgets: whose, a slash, the period, such as <c>key_.../2026-11</c>. Periods are UTC.</summary>
internal static class BudgetAccount
{
    /// <summary>The account of the period that a moment lies in.</summary>
    internal static string NameOf(Allowance allowance, DateTimeOffset now) => allowance.Period switch
    {
        BudgetPeriod.Day => string.Create(CultureInfo.InvariantCulture, $"{allowance.Id}/{now.UtcDateTime:yyyy-MM-dd}"),
        BudgetPeriod.Week => string.Create(CultureInfo.InvariantCulture,
            $"{allowance.Id}/{ISOWeek.GetYear(now.UtcDateTime)}-W{ISOWeek.GetWeekOfYear(now.UtcDateTime):00}"),
        BudgetPeriod.Month => string.Create(CultureInfo.InvariantCulture, $"{allowance.Id}/{now.UtcDateTime:yyyy-MM}"),
        BudgetPeriod.Total => allowance.Id + "/total",
    };
}
