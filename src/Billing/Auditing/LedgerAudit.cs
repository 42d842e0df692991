using System.Data.Common;
using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Checks the books against the rules they were written by, on one state of the store. Each query returns the
/// rows that break its rule: subject and detail.</summary>
internal sealed class LedgerAudit(ILedgerStore store)
{
    private static readonly (string Invariant, string Sql)[] Rules =
    [
        ("I1", """
            SELECT group_id, CAST(sum(amount) AS TEXT) FROM posting GROUP BY group_id, asset HAVING sum(amount) <> 0
            """),
        ("I1", "SELECT asset, CAST(sum(amount) AS TEXT) FROM posting GROUP BY asset HAVING sum(amount) <> 0"),
        ("I2", """
            SELECT org, 'a balance is below zero' FROM org_account
            WHERE available < 0 OR leased < 0 OR spent < 0 OR refunded < 0
            """),
        ("I3", """
            SELECT a.org, 'leased does not equal what open leases hold' FROM org_account a
            WHERE a.leased <> coalesce((SELECT sum(l.granted - l.consumed - l.returned) FROM lease l
                WHERE l.account = a.org AND l.state <> 'closed'), 0)
            """),
        ("I4", """
            SELECT account, incarnation FROM lease
            WHERE consumed < 0 OR returned < 0 OR granted - consumed - returned < 0
                OR (state = 'closed' AND granted - consumed - returned <> 0)
            """),
        ("I3", """
            SELECT b.account, 'what is leased of a budget does not equal what open leases hold' FROM budget b
            WHERE b.leased <> coalesce((SELECT sum(l.granted - l.consumed - l.returned) FROM lease l
                WHERE l.account = b.account AND l.state <> 'closed'), 0)
            """),
        ("I4", """
            SELECT l.account, 'open under a closed replica' FROM lease l JOIN replica r ON r.incarnation = l.incarnation
            WHERE l.state = 'open' AND r.state NOT IN ('live', 'orphaned')
            """),
        ("I5", """
            SELECT request_id, CAST(count(*) AS TEXT) FROM usage_record GROUP BY request_id HAVING count(*) <> 1
            """),
        ("I5", """
            SELECT 'uncollectible', 'what nobody pays for does not equal its charges' FROM (SELECT
                coalesce((SELECT sum(charge) FROM usage_record WHERE settlement = 'uncollectible'), 0) AS charges,
                coalesce((SELECT sum(amount) FROM posting WHERE account = 'uncollectible' AND asset = 'NUSD'), 0)
                    AS posted) AS sums
            WHERE charges <> posted
            """),
        ("I7", """
            SELECT request_id, 'charged without a delivery' FROM usage_record
            WHERE charge > 0 AND (ending = 'failed' OR (output = 0 AND ending <> 'complete'))
            """),
        ("I15", """
            SELECT a.org, 'the books do not fold to the balances' FROM org_account a
            WHERE a.available + a.leased <> coalesce((SELECT sum(p.amount) FROM posting p WHERE p.asset = 'NUSD'
                    AND p.account IN (a.org || '/available', a.org || '/leased')), 0)
                OR a.spent <> coalesce((SELECT sum(p.amount) FROM posting p WHERE p.asset = 'NUSD'
                    AND p.account = a.org || '/spent'), 0)
            """),
    ];

    private const string Charges = """
        SELECT u.request_id, u.input, u.cached, u.output, u.reasoning, u.hold, u.charge,
            p.input, p.cached, p.output, p.reasoning, u.images, u.audio_ms, u.characters,
            p.request, p.image, p.audio_ms, p.character
        FROM usage_record u JOIN price_version p ON p.id = u.price_version
        WHERE NOT EXISTS (SELECT 1 FROM usage_line l WHERE l.day = u.day AND l.request_id = u.request_id)
        """;

    /// <summary>Everything that is wrong; empty when nothing is.</summary>
    internal Task<List<Violation>> RunAsync(CancellationToken cancellationToken) =>
        store.ReadSnapshotAsync(RunAsync, cancellationToken);

    private static async Task<List<Violation>> RunAsync(SqlSession session)
    {
        var found = new List<Violation>();
        foreach (var (invariant, sql) in Rules.Concat(CashRules.All))
        {
            found.AddRange(await session.ListAsync(
                sql, row => new Violation(invariant, row.GetString(0), row.GetString(1))));
        }

        found.AddRange((await session.ListAsync(Charges, Recompute)).OfType<Violation>());
        found.AddRange(await LineAudit.RunAsync(session));
        return found;
    }

    // 128 bits are needed, which SQL has not got on both stores.
    private static Violation? Recompute(DbDataReader row)
    {
        var usage = new Usage(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4))
        {
            Images = row.GetInt64(11),
            AudioMs = row.GetInt64(12),
            Characters = row.GetInt64(13),
        };
        var prices = new ModelPrices(
            new(row.GetInt64(7)), new(row.GetInt64(8)), new(row.GetInt64(9)), new(row.GetInt64(10)))
        {
            Request = new(row.GetInt64(14)),
            Image = new(row.GetInt64(15)),
            AudioMs = new(row.GetInt64(16)),
            Character = new(row.GetInt64(17)),
        };
        var expected = Int128.Min(prices.Cost(usage).PicoUsd / 1000, row.GetInt64(5));
        return expected == row.GetInt64(6)
            ? null
            : new("I20", row.GetString(0), string.Create(
                CultureInfo.InvariantCulture, $"charged {row.GetInt64(6)}, cost {expected}"));
    }
}
