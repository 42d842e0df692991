using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What counts against an allowance in the period that it is in: also what was spent before anybody set it,
/// and while another one stood in its place.</summary>
internal static class PeriodSql
{
    private const string Sum = "SELECT coalesce(sum(charge), 0) FROM usage_roll WHERE org = @org AND hour >= @hour";

    private const string Keys =
        "SELECT coalesce(sum(charge), 0) FROM usage_roll WHERE org = @org AND hour >= @hour AND key_id ";

    private const string Spent = "SELECT spent FROM budget WHERE account = @account";

    private const string SpentOfAll = "SELECT account, spent FROM budget WHERE account ";

    // Never less than is known: an old hold may count here that began in the period before.
    private const string Raise = "UPDATE budget SET spent = @spent WHERE account = @account AND spent < @spent";

    /// <summary>Counts what the period's usage says, where that is more than the budget knows of.</summary>
    /// <param name="session">Where the budget has been opened, and is locked by it.</param>
    /// <param name="name">The budget's account.</param>
    /// <param name="keys">Of a key's budget: every key that shares it.</param>
    internal static async Task CountAsync(SqlSession session, AccountName name, params IEnumerable<string> keys)
    {
        var used = await UsedAsync(session, name, keys);
        await session.ExecuteAsync(Raise, ("account", name.Account), ("spent", used));
    }

    /// <summary>What the budget has spent; null when there is none yet.</summary>
    internal static async Task<NanoUsd?> SpentAsync(SqlSession session, string account)
    {
        var rows = await session.ListAsync(Spent, row => row.GetInt64(0), ("account", account));
        return rows.Count == 0 ? null : new(rows[0]);
    }

    /// <summary>What these budgets have spent, by account; those that nobody used are missing.</summary>
    internal static async Task<Dictionary<string, NanoUsd>> SpentAsync(
        SqlSession session, IReadOnlyList<string> accounts)
    {
        if (accounts.Count == 0)
        {
            return [];
        }

        var rows = await session.ListAsync(
            SpentOfAll + session.Dialect.InList("accounts"),
            row => (Account: row.GetString(0), Spent: new NanoUsd(row.GetInt64(1))),
            ("accounts", SqlDialect.ListOf(accounts)));
        return rows.ToDictionary(row => row.Account, row => row.Spent);
    }

    /// <summary>What the usage of the period in question says.</summary>
    internal static async Task<long> UsedAsync(SqlSession session, AccountName name, IEnumerable<string> keys)
    {
        var (allowance, resets) = name.Budget!;
        var since = resets is { } end ? allowance.Period.StartOf(end.AddTicks(-1)) : DateTimeOffset.UnixEpoch;
        var sql = allowance.Kind switch
        {
            BudgetKind.EndUser => Sum + " AND end_user = @id AND end_user <> ''",
            BudgetKind.Key => Keys + session.Dialect.InList("id"),
            BudgetKind.Project => Sum + " AND project = @id",
            BudgetKind.Organization => Sum + " AND org = @id",
        };
        object id = allowance.Kind == BudgetKind.Key
            ? SqlDialect.ListOf(keys.Append(allowance.Id))
            : allowance.Id;
        var sums = await session.ListAsync(
            sql, row => Convert.ToInt64(row.GetValue(0)),
            ("org", name.Org.ToString()), ("hour", since.ToUnixTimeSeconds() / 3600), ("id", id));
        return sums[0];
    }
}
