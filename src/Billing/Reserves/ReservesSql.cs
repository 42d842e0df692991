using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Counts what is owed and held, and keeps what was published.</summary>
internal static class ReservesSql
{
    private const string Organizations = "SELECT org FROM org_account";

    private const string Owed = """
        SELECT org, rao_left FROM lot WHERE rao_left > 0
        UNION ALL
        SELECT org, rao FROM deposit
        WHERE org IS NOT NULL AND state IN ('finalized', 'below_minimum', 'awaiting_rate', 'quarantined')
        """;

    private const string Height = "SELECT coalesce(max(height), 0) FROM deposit";

    private const string InsertRoot = """
        INSERT INTO reserve_root (day, at, height, root, total, miner_payable, assets, ratio_ppm, signed)
        VALUES (@day, @at, @height, @root, @total, @payable, @assets, @ratio, @signed)
        ON CONFLICT (day) DO NOTHING
        """;

    private const string InsertLeaf =
        "INSERT INTO reserve_leaf (org, day, rao, salt, path) VALUES (@org, @day, @rao, @salt, @path)";

    private const string Published = "SELECT signed FROM reserve_root ORDER BY day DESC LIMIT @limit";

    private const string Exists = "SELECT 1 FROM reserve_root WHERE day = @day";

    private const string Leaf = """
        SELECT l.day, l.rao, l.salt, l.path, r.signed FROM reserve_leaf l JOIN reserve_root r ON r.day = l.day
        WHERE l.org = @org AND (@day = '' OR l.day = @day) ORDER BY l.day DESC LIMIT 1
        """;

    /// <summary>One state of the books, counted.</summary>
    /// <param name="session">On one snapshot.</param>
    /// <param name="unpaidRefunds">Rows of organisation and rao; null where no refunds are kept.</param>
    internal static async Task<ReserveCount> CountAsync(SqlSession session, string? unpaidRefunds)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(await session.NowAsync());
        var owed = (await session.ListAsync(Organizations, row => row.GetString(0)))
            .ToDictionary(ParseOrg, _ => Rao.Zero);
        foreach (var sql in (string?[])[Owed, unpaidRefunds])
        {
            foreach (var (org, rao) in sql is null ? [] : await session.ListAsync(
                sql, row => (Org: row.GetString(0), Rao: new Rao(row.GetInt64(1)))))
            {
                owed[ParseOrg(org)] += rao;
            }
        }

        return new(
            DateOnly.FromDateTime(at.UtcDateTime),
            at,
            (await session.ListAsync(Height, row => row.GetInt64(0)))[0],
            owed,
            Sum((await AccountSums.ReadAsync(session, AccountSums.MinerPayable)).Select(sum => -sum.Amount)),
            Sum((await AccountSums.ReadAsync(session, AccountSums.Chain)).Select(sum => sum.Amount)));
    }

    internal static async Task<bool> ExistsAsync(SqlSession session, DateOnly day) =>
        (await session.ListAsync(Exists, row => row.FieldCount, ("day", ReserveRoot.Text(day)))).Count > 0;

    /// <summary>False when the day was published before; then nothing changes.</summary>
    internal static async Task<bool> PublishAsync(
        SqlSession session, ReserveCount count, SumNode root, byte[] signed, IEnumerable<ReserveEntry> entries)
    {
        var day = ReserveRoot.Text(count.Day);
        var isFirst = await session.ExecuteAsync(InsertRoot,
            ("day", day), ("at", count.At.ToUnixTimeMilliseconds()), ("height", count.Height), ("root", root.Hash),
            ("total", root.Sum.Value), ("payable", count.MinerPayable.Value), ("assets", count.Assets.Value),
            ("ratio", ReserveCount.RatioPpm(count.Assets, root.Sum, count.MinerPayable)), ("signed", signed)) == 1;
        if (!isFirst)
        {
            session.Abandoned = true;
            return false;
        }

        foreach (var entry in entries)
        {
            await session.ExecuteAsync(InsertLeaf,
                ("org", entry.Org.ToString()), ("day", day), ("rao", entry.Amount.Value), ("salt", entry.Salt),
                ("path", entry.Path));
        }

        return true;
    }

    internal static Task<List<byte[]>> ListAsync(SqlSession session, int limit) =>
        session.ListAsync(Published, row => row.GetFieldValue<byte[]>(0), ("limit", (long)limit));

    /// <summary>An organisation's leaf; of the newest day when none is named.</summary>
    internal static Task<ReserveLeaf?> FindAsync(SqlSession session, OrgId org, DateOnly? day) => session.FirstAsync(
        Leaf,
        row => new ReserveLeaf(
            row.GetString(0),
            new(row.GetInt64(1)),
            row.GetFieldValue<byte[]>(2),
            row.GetFieldValue<byte[]>(3),
            row.GetFieldValue<byte[]>(4)),
        ("org", org.ToString()), ("day", day is { } one ? ReserveRoot.Text(one) : ""));

    private static OrgId ParseOrg(string text) =>
        OrgId.TryParse(text, out var org) ? org : throw new BrokenInvariantException($"'{text}' is no organisation.");

    private static Rao Sum(IEnumerable<Rao> amounts) =>
        amounts.Aggregate(Rao.Zero, (sum, amount) => sum + amount);
}
