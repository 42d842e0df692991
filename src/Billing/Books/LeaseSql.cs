using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows of leases.</summary>
internal static class LeaseSql
{
    private const string Columns = """
        SELECT account, org, granted, consumed, returned, held, missing, op_seq, state
        FROM lease WHERE incarnation = @incarnation
        """;

    private const string Save = """
        INSERT INTO lease (incarnation, account, org, granted, consumed, returned, held, missing, op_seq, state)
        VALUES (@incarnation, @account, @org, @granted, @consumed, @returned, @held, @missing, @op_seq, @state)
        ON CONFLICT (incarnation, account) DO UPDATE SET granted = @granted, consumed = @consumed,
            returned = @returned, held = @held, missing = @missing, op_seq = @op_seq, state = @state
        """;

    private const string Held =
        "UPDATE lease SET held = @held WHERE incarnation = @incarnation AND account = @account AND state = 'open'";

    private const string HeldElsewhere = """
        SELECT coalesce(sum(held), 0) FROM lease WHERE account = @org AND state <> 'closed' AND incarnation NOT 
        """;

    private const string Pressed = """
        SELECT a.org FROM lease l JOIN org_account a ON a.org = l.account
        WHERE l.incarnation = @incarnation AND l.state = 'open' AND a.pressure = 1
        UNION ALL
        SELECT b.account FROM lease l JOIN budget b ON b.account = l.account
        WHERE l.incarnation = @incarnation AND l.state = 'open' AND b.pressure = 1
        """;

    /// <summary>What replicas other than these say that their requests hold of an organisation's credit.</summary>
    internal static async Task<NanoUsd> HeldElsewhereAsync(SqlSession session, OrgId org, IEnumerable<string> own) =>
        new((await session.ListAsync(
            HeldElsewhere + session.Dialect.InList("own"),
            row => Convert.ToInt64(row.GetValue(0)),
            ("org", org.ToString()), ("own", SqlDialect.ListOf(own))))[0]);

    /// <summary>An incarnation's leases of these accounts, where it has one.</summary>
    internal static Task<List<LeaseRow>> ReadAsync(
        SqlSession session, string incarnation, IEnumerable<string> accounts) => session.ListAsync(
            Columns + " AND account " + session.Dialect.InList("accounts") + " ORDER BY account"
                + session.Dialect.LockRow,
            Map, ("incarnation", incarnation), ("accounts", SqlDialect.ListOf(accounts)));

    /// <summary>An incarnation's leases that are not closed.</summary>
    internal static Task<List<LeaseRow>> ReadOpenAsync(SqlSession session, string incarnation) => session.ListAsync(
        Columns + " AND state <> 'closed' ORDER BY account" + session.Dialect.LockRow,
        Map, ("incarnation", incarnation));

    internal static Task<int> SaveAsync(SqlSession session, string incarnation, LeaseRow row) =>
        session.ExecuteAsync(Save,
            ("incarnation", incarnation), ("account", row.Account), ("org", row.Org), ("granted", row.Granted),
            ("consumed", row.Consumed), ("returned", row.Returned), ("held", row.IsClosed ? 0L : row.Held),
            ("missing", row.Missing), ("op_seq", row.OpSeq), ("state", row.IsClosed ? "closed" : "open"));

    internal static Task<int> HoldAsync(SqlSession session, string incarnation, string account, long held) =>
        session.ExecuteAsync(Held, ("held", held), ("incarnation", incarnation), ("account", account));

    internal static Task<List<string>> PressedAsync(SqlSession session, string incarnation) =>
        session.ListAsync(Pressed, row => row.GetString(0), ("incarnation", incarnation));

    private static LeaseRow Map(DbDataReader row) => new()
    {
        Account = row.GetString(0),
        Org = row.GetString(1),
        Granted = row.GetInt64(2),
        Consumed = row.GetInt64(3),
        Returned = row.GetInt64(4),
        Held = row.GetInt64(5),
        Missing = row.GetInt64(6),
        OpSeq = row.GetInt64(7),
        IsClosed = row.GetString(8) == "closed",
    };
}
