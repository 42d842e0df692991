using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows of credit and of budgets.</summary>
internal static class AccountSql
{
    /// <summary>Creates an account with nothing in it, unless there is one.</summary>
    internal const string Open = "INSERT INTO org_account (org) VALUES (@org) ON CONFLICT (org) DO NOTHING";

    private const string Freeze = "UPDATE org_account SET frozen = 1 WHERE org = @org";

    private const string Press = "UPDATE org_account SET pressure = 1 WHERE org = @org";

    private const string Balances = "SELECT available, leased, spent, refunded FROM org_account WHERE org = @org";

    private const string Add =
        "UPDATE org_account SET available = available + @credit, pressure = 0 WHERE org = @org";

    private const string Spent = "SELECT coalesce(sum(charge), 0) FROM usage_roll WHERE key_id = @key";

    private const string Credits =
        "SELECT org, available, leased, spent, refunded, frozen, pressure FROM org_account WHERE org ";

    private const string Budgets = """
        SELECT b.account, b.org, b.cap, b.leased, b.spent, a.frozen, b.pressure
        FROM budget b JOIN org_account a ON a.org = b.org WHERE b.account 
        """;

    private const string SaveCredit = """
        UPDATE org_account SET available = @available, leased = @leased, spent = @spent, frozen = @frozen,
            pressure = @pressure
        WHERE org = @org
        """;

    private const string SaveBudget = """
        UPDATE budget SET leased = @leased, spent = @spent, pressure = @pressure WHERE account = @account
        """;

    private const string OpenBudget = """
        INSERT INTO budget (account, org, kind, cap) VALUES (@account, @org, @kind, @cap)
        ON CONFLICT (account) DO UPDATE SET cap = @cap, pressure = 0 WHERE budget.cap <> @cap
        """;

    internal static Task<int> PressAsync(SqlSession session, string org) =>
        session.ExecuteAsync(Press, ("org", org));

    internal static Task<int> FreezeAsync(SqlSession session, string org) =>
        session.ExecuteAsync(Freeze, ("org", org));

    /// <summary>The balances; zeros for an organisation that never had credit. What leases hold counts as held: who
    /// knows better says so.</summary>
    internal static async Task<Balance> ReadAsync(SqlSession session, OrgId org, string suffix = "") =>
        await session.FirstAsync(
            Balances + suffix,
            row =>
            {
                var (available, leased, spent) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
                var credited = checked(available + leased + spent + row.GetInt64(3));
                return new Balance(new(credited), new(spent), new(available), new(leased), NanoUsd.Zero)
                {
                    Refunded = new(row.GetInt64(3)),
                };
            },
            ("org", org.ToString())) ?? Balance.Empty;

    /// <summary>Adds new credit. The account's whole history must fit 64 bits, so that no later move inside it can
    /// overflow.</summary>
    internal static async Task CreditAsync(SqlSession session, OrgId org, NanoUsd credit)
    {
        await session.ExecuteAsync(Open, ("org", org.ToString()));
        _ = (await ReadAsync(session, org, session.Dialect.LockRow)).Credited + credit;
        await session.ExecuteAsync(Add, ("credit", credit.Value), ("org", org.ToString()));
    }

    internal static async Task<NanoUsd> SpentByKeyAsync(SqlSession session, KeyId key) =>
        new((await session.ListAsync(Spent, row => Convert.ToInt64(row.GetValue(0)), ("key", key.ToString())))[0]);

    /// <summary>The credit of these organisations, locked in ascending order.</summary>
    internal static Task<List<AccountRow>> LockCreditsAsync(SqlSession session, IEnumerable<string> orgs) =>
        session.ListAsync(
            Credits + session.Dialect.InList("orgs") + " ORDER BY org" + session.Dialect.LockRow,
            MapCredit,
            ("orgs", SqlDialect.ListOf(orgs)));

    /// <summary>These budgets, locked in ascending order.</summary>
    internal static Task<List<AccountRow>> LockBudgetsAsync(SqlSession session, IEnumerable<string> accounts) =>
        session.ListAsync(
            Budgets + session.Dialect.InList("accounts") + " ORDER BY b.account" + session.Dialect.LockBudgetRow,
            MapBudget,
            ("accounts", SqlDialect.ListOf(accounts)));

    /// <summary>The credit of an organisation as it stands, without a lock.</summary>
    internal static Task<AccountRow?> FindCreditAsync(SqlSession session, string org) => session.FirstAsync(
        Credits + session.Dialect.InList("orgs"), MapCredit, ("orgs", SqlDialect.ListOf([org])));

    /// <summary>A budget as it stands, without a lock.</summary>
    internal static Task<AccountRow?> FindBudgetAsync(SqlSession session, string account) => session.FirstAsync(
        Budgets + session.Dialect.InList("accounts"), MapBudget, ("accounts", SqlDialect.ListOf([account])));

    /// <summary>Makes the account's row, or takes over a changed cap.</summary>
    internal static Task<int> OpenAsync(SqlSession session, AccountName name) => name.Budget is { } budget
        ? session.ExecuteAsync(OpenBudget,
            ("account", name.Account), ("org", name.Org.ToString()),
            ("kind", Words.Of(budget.Allowance.Kind)), ("cap", budget.Allowance.Cap.Value))
        : session.ExecuteAsync(Open, ("org", name.Account));

    internal static Task<int> SaveAsync(SqlSession session, AccountRow row) => row.Cap is null
        ? session.ExecuteAsync(SaveCredit,
            ("available", row.Available), ("leased", row.Leased), ("spent", row.Spent),
            ("frozen", row.IsFrozen ? 1L : 0L), ("pressure", row.IsPressed ? 1L : 0L), ("org", row.Account))
        : session.ExecuteAsync(SaveBudget,
            ("leased", row.Leased), ("spent", row.Spent), ("pressure", row.IsPressed ? 1L : 0L),
            ("account", row.Account));

    private static AccountRow MapCredit(DbDataReader row) => new()
    {
        Account = row.GetString(0),
        Org = row.GetString(0),
        Available = row.GetInt64(1),
        Leased = row.GetInt64(2),
        Spent = row.GetInt64(3),
        Refunded = row.GetInt64(4),
        IsFrozen = row.GetInt64(5) == 1,
        IsPressed = row.GetInt64(6) == 1,
    };

    private static AccountRow MapBudget(DbDataReader row) => new()
    {
        Account = row.GetString(0),
        Org = row.GetString(1),
        Cap = row.GetInt64(2),
        Leased = row.GetInt64(3),
        Spent = row.GetInt64(4),
        IsFrozen = row.GetInt64(5) == 1,
        IsPressed = row.GetInt64(6) == 1,
    };
}
