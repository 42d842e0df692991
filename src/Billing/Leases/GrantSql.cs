using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Direct mode: one grant of exactly the hold, guarded by the balance itself.</summary>
internal static class GrantSql
{
    private const string ReplicaIsLive =
        "SELECT state FROM replica WHERE incarnation = @incarnation AND state = 'live'";

    private const string Take = """
        UPDATE org_account SET available = available - @amount, leased = leased + @amount
        WHERE org = @org AND available >= @amount AND frozen = 0
        """;

    private const string Lend = """
        INSERT INTO lease (incarnation, account, org, granted, op_seq, state)
        VALUES (@incarnation, @org, @org, @amount, 1, 'open')
        ON CONFLICT (incarnation, account) DO UPDATE SET granted = lease.granted + @amount, op_seq = lease.op_seq + 1
        WHERE lease.state = 'open' AND lease.granted <= 9223372036854775807 - @amount
        """;

    private const string Account = "SELECT available, leased, frozen FROM org_account WHERE org = @org";

    internal static async Task<Grant> GrantAsync(SqlSession session, string incarnation, OrgId org, NanoUsd amount)
    {
        if ((await session.ListAsync(
            ReplicaIsLive + session.Dialect.ShareRow, row => row.FieldCount, ("incarnation", incarnation))).Count == 0)
        {
            return new(GrantOutcome.ReplicaClosed);
        }

        var account = org.ToString();
        if (amount == NanoUsd.Zero)
        {
            // What is free needs no credit, but its lease needs an account.
            await session.ExecuteAsync(AccountSql.Open, ("org", account));
        }

        if (await session.ExecuteAsync(Take, ("amount", amount.Value), ("org", account)) == 0)
        {
            return await RefuseAsync(session, account);
        }

        if (await session.ExecuteAsync(
            Lend, ("incarnation", incarnation), ("org", account), ("amount", amount.Value)) == 0)
        {
            session.Abandoned = true;
            return new(GrantOutcome.LeaseFull);
        }

        return new(GrantOutcome.Granted);
    }

    private static async Task<Grant> RefuseAsync(SqlSession session, string account) =>
        await session.FirstAsync(
            Account,
            row => new Grant(
                row.GetInt64(2) == 0 ? GrantOutcome.Insufficient : GrantOutcome.Frozen,
                new(row.GetInt64(0)),
                new(row.GetInt64(1))),
            ("org", account)) ?? new(GrantOutcome.Insufficient);
}
