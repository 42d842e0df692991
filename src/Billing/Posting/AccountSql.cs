using Gateway.Core;

namespace Gateway.Billing;

/// <summary>An organisation's balances.</summary>
internal static class AccountSql
{
    /// <summary>Creates an account with nothing in it, unless there is one.</summary>
    internal const string Open = "INSERT INTO org_account (org) VALUES (@org) ON CONFLICT (org) DO NOTHING";

    /// <summary>Stops an organisation until somebody has looked.</summary>
    internal const string FreezeOne = "UPDATE org_account SET frozen = 1 WHERE org = @org";

    private const string Read = "SELECT available, leased, spent, refunded FROM org_account WHERE org = @org";

    private const string Add = "UPDATE org_account SET available = available + @credit WHERE org = @org";

    private const string Spent = "SELECT coalesce(sum(charge), 0) FROM usage_roll WHERE key_id = @key";

    internal static Task<int> FreezeAsync(SqlSession session, OrgId org) =>
        session.ExecuteAsync(FreezeOne, ("org", org.ToString()));

    /// <summary>The balances; zeros for an organisation that never had credit.</summary>
    internal static async Task<Balance> ReadAsync(SqlSession session, OrgId org, string suffix = "") =>
        await session.FirstAsync(
            Read + suffix,
            row =>
            {
                var (available, leased, spent) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
                var credited = checked(available + leased + spent + row.GetInt64(3));
                return new Balance(new(credited), new(spent), new(available), new(leased), NanoUsd.Zero);
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
}
