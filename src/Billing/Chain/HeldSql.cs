using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Reads what came to us and is no credit.</summary>
internal static class HeldSql
{
    private const string Waiting = """
        SELECT genesis, block_hash, event_index, state, anomaly, height, block_time, address, sender, org, rao
        FROM deposit WHERE state IN ('quarantined', 'awaiting_rate', 'below_minimum')
        ORDER BY CASE WHEN state = 'below_minimum' THEN 1 ELSE 0 END, block_time, height, block_hash, event_index
        LIMIT @limit
        """;

    private const string Foreign = """
        SELECT height, block_time, address, asset, amount, org FROM foreign_deposit
        ORDER BY height DESC, block_hash, event_index LIMIT @limit
        """;

    internal static Task<List<HeldDeposit>> WaitingAsync(SqlSession session, int limit) =>
        session.ListAsync(Waiting, Map, ("limit", (long)limit));

    internal static Task<List<ForeignDeposit>> ForeignAsync(SqlSession session, int limit) => session.ListAsync(
        Foreign,
        row => new ForeignDeposit(
            row.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(2),
            row.GetString(3), row.GetInt64(4), OrgAt(row, 5)),
        ("limit", (long)limit));

    private static HeldDeposit Map(DbDataReader row) => new(
        new(row.GetString(0), row.GetString(1), checked((int)row.GetInt64(2))),
        row.GetString(3),
        row.GetString(4),
        row.GetInt64(5),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        row.GetString(7),
        row.IsDBNull(8) ? null : row.GetString(8),
        OrgAt(row, 9),
        new(row.GetInt64(10)));

    private static OrgId? OrgAt(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DepositSql.Parse(row.GetString(column));
}
