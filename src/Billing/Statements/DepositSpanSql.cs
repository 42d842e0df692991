using System.Data.Common;
using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Deposits of spans: sums, so that nobody can hide one behind many small ones.</summary>
internal static class DepositSpanSql
{
    /// <summary>The most spans of one query.</summary>
    internal const int MostSpans = 128;

    private const int FewSpans = 8;

    private const string Within = """
        d.org = @org AND d.address = s.address AND d.height > s.above AND d.height <= s.upto
            AND d.block_time >= s.since AND d.block_time < s.until
        """;

    private const string Order = "d.height DESC, d.genesis DESC, d.block_hash DESC, d.event_index DESC";

    private const string Sums =
        "CAST(sum(rao) AS bigint), CAST(coalesce(sum(nusd), 0) AS bigint), CAST(max(block_time) AS bigint)";

    internal static async Task<DepositPart> ReadAsync(SqlSession session, OrgId org, DepositSpan span, int limit)
    {
        (string, object?)[] values = [("org", org.ToString()), ("limit", (long)limit), .. Values(span, 0)];
        var newest = await session.ListAsync($"""
            {Table(1)}
            {DepositListSql.Columns} JOIN span s ON {Within} ORDER BY {Order} LIMIT @limit
            """, DepositListSql.Line, values);
        var older = newest.Count < limit
            ? []
            : await session.ListAsync($"""
                {Table(1)}
                SELECT state, {Sums} FROM (SELECT d.state, d.rao, l.nusd, d.block_time
                    FROM deposit d LEFT JOIN lot l ON l.id = d.lot JOIN span s ON {Within}
                    ORDER BY {Order} LIMIT 9223372036854775807 OFFSET @limit) one
                GROUP BY state ORDER BY state
                """, row => Sum(row, 0), values);
        return new(newest, older);
    }

    /// <summary>The sums of each span, by its place in the list.</summary>
    internal static async Task<ILookup<int, DepositSum>> SumAsync(
        SqlSession session, OrgId org, IReadOnlyList<DepositSpan> spans)
    {
        // Statements are kept prepared: there are only two of them, filled up with spans of no address.
        var count = spans.Count <= FewSpans ? FewSpans : MostSpans;
        var all = spans.Concat(Enumerable.Repeat(new DepositSpan(""), count - spans.Count));
        var rows = await session.ListAsync($"""
            {Table(count)}
            SELECT n, state, {Sums} FROM (SELECT s.n, d.state, d.rao, l.nusd, d.block_time
                FROM deposit d LEFT JOIN lot l ON l.id = d.lot JOIN span s ON {Within}) one
            GROUP BY n, state ORDER BY n, state
            """, row => (At: Convert.ToInt32(row.GetValue(0), null), Sum: Sum(row, 1)),
            [("org", org.ToString()), .. all.SelectMany(Values)]);
        return rows.ToLookup(row => row.At, row => row.Sum);
    }

    private static string Table(int count) =>
        "WITH span (n, address, above, upto, since, until) AS (VALUES "
        + string.Join(", ", Enumerable.Range(0, count).Select(Row)) + ")";

    private static string Row(int at) => string.Create(CultureInfo.InvariantCulture, $"""
        ({at}, CAST(@a{at} AS text), CAST(@b{at} AS bigint), CAST(@c{at} AS bigint), CAST(@d{at} AS bigint),
            CAST(@e{at} AS bigint))
        """);

    private static (string Name, object? Value)[] Values(DepositSpan span, int at) =>
    [
        ($"a{at}", span.Address), ($"b{at}", span.Above), ($"c{at}", span.UpTo),
        ($"d{at}", span.Since.ToUnixTimeMilliseconds()), ($"e{at}", span.Until.ToUnixTimeMilliseconds()),
    ];

    private static DepositSum Sum(DbDataReader row, int at) => new(
        row.GetString(at),
        new(row.GetInt64(at + 1)),
        new(row.GetInt64(at + 2)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(at + 3)));
}
