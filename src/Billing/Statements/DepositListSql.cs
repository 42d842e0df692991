using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>An organisation's deposits, newest first.</summary>
internal static class DepositListSql
{
    /// <summary>What <see cref="Line"/> reads, of deposits <c>d</c>.</summary>
    internal const string Columns = """
        SELECT d.genesis || '/' || d.block_hash || '/' || CAST(d.event_index AS text), d.state, d.block_hash, d.height,
            d.event_index, d.block_time, d.address, d.rao, l.rate, l.nusd
        FROM deposit d LEFT JOIN lot l ON l.id = d.lot
        """;

    private const string List = Columns + """

        WHERE d.org = @org AND (@after = '' OR (d.height, d.genesis, d.block_hash, d.event_index) <
            (SELECT c.height, c.genesis, c.block_hash, c.event_index FROM deposit c
                WHERE c.org = @org AND c.genesis || '/' || c.block_hash || '/' || CAST(c.event_index AS text) = @after))
        ORDER BY d.height DESC, d.genesis DESC, d.block_hash DESC, d.event_index DESC LIMIT @limit
        """;

    private const string Credited = """
        SELECT d.genesis || '/' || d.block_hash || '/' || CAST(d.event_index AS text), d.state, d.block_hash, d.height,
            d.event_index, d.block_time, d.address, d.rao, l.rate, l.nusd, l.n
        FROM lot l JOIN deposit d ON d.org = l.org AND d.lot = l.id
        WHERE l.org = @org AND l.n > @after ORDER BY l.n LIMIT @limit
        """;

    private const string Foreign = """
        SELECT genesis || '/' || block_hash || '/' || CAST(event_index AS text), height, event_index, block_time,
            address, asset, amount
        FROM foreign_deposit WHERE org = @org AND address = @address
        ORDER BY height DESC, genesis DESC, block_hash DESC, event_index DESC LIMIT @limit
        """;

    private const string Last = "SELECT coalesce(max(n), 0) FROM lot WHERE org = @org";

    /// <summary>Lots are numbered under the account's lock, so none appears before one that was read.</summary>
    internal static async Task<IReadOnlyList<CreditedDeposit>> CreditedAsync(
        SqlSession session, OrgId org, long after, int limit) => await session.ListAsync(
            Credited, row => new CreditedDeposit(row.GetInt64(10), Line(row)),
            ("org", org.ToString()), ("after", after), ("limit", (long)limit));

    internal static async Task<long> LastAsync(SqlSession session, OrgId org) =>
        (await session.ListAsync(Last, row => Convert.ToInt64(row.GetValue(0)), ("org", org.ToString())))[0];

    /// <summary>After an id that is not the organisation's there is nothing.</summary>
    internal static Task<List<DepositLine>> ReadAsync(SqlSession session, OrgId org, int limit, string after) =>
        session.ListAsync(List, Line, ("org", org.ToString()), ("after", after), ("limit", (long)limit));

    internal static Task<List<ForeignLine>> ForeignAsync(SqlSession session, OrgId org, string address, int limit) =>
        session.ListAsync(
            Foreign,
            row => new ForeignLine(
                row.GetString(0), row.GetInt64(1), row.GetInt64(2),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), row.GetString(4), row.GetString(5),
                new(row.GetInt64(6))),
            ("org", org.ToString()), ("address", address), ("limit", (long)limit));

    internal static DepositLine Line(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetInt64(4),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
        row.GetString(6),
        new(row.GetInt64(7)),
        row.IsDBNull(8) ? null : new FxRate(row.GetInt64(8)),
        row.IsDBNull(9) ? null : new NanoUsd(row.GetInt64(9)));
}
