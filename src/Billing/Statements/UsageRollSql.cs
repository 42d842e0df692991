using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Reads the rolls of usage. One statement serves every grouping and filter: what is not asked for collapses
/// to one value, and a filter's list has a fixed number of places.</summary>
internal static class UsageRollSql
{
    private const long HourMs = 3_600_000;

    private static readonly string[] Filters = ["model", "key_id", "project", "end_user"];

    private static readonly string Usage = $"""
        SELECT hour / @width * @width,
            CASE WHEN @by_project = 1 THEN project ELSE '' END, CASE WHEN @by_key = 1 THEN key_id ELSE '' END,
            CASE WHEN @by_user = 1 THEN end_user ELSE '' END, CASE WHEN @by_model = 1 THEN model ELSE '' END,
            {Totals}
        FROM usage_roll WHERE org = @org AND hour >= @from AND hour < @to AND (@kind = '' OR kind = @kind)
            {string.Join("\n    ", Filters.Select(Filter))}
        GROUP BY 1, 2, 3, 4, 5
        """;

    private const string Totals = """
        CAST(sum(requests) AS bigint), CAST(sum(input) AS bigint), CAST(sum(cached) AS bigint),
            CAST(sum(output) AS bigint), CAST(sum(reasoning) AS bigint), CAST(sum(images) AS bigint),
            CAST(sum(audio_ms) AS bigint), CAST(sum(characters) AS bigint), CAST(sum(charge) AS bigint)
        """;

    private const string Charged = """
        SELECT CAST(coalesce(sum(charge), 0) AS bigint) FROM usage_roll
        WHERE org = @org AND hour >= @from AND hour < @to
        """;

    private const string First = "SELECT min(hour) FROM usage_roll WHERE org = @org HAVING min(hour) IS NOT NULL";

    /// <summary>Lines in the order of their start and then of their names.</summary>
    internal static async Task<List<UsageLine>> ReadAsync(SqlSession session, OrgId org, UsageQuery query)
    {
        List<(string, object?)> parameters =
        [
            ("width", (long)query.BucketHours), ("org", org.ToString()), ("from", Hour(query.From)),
            ("to", Hour(query.To)), ("by_project", Flag(query, UsageGroups.Project)),
            ("by_key", Flag(query, UsageGroups.Key)), ("by_user", Flag(query, UsageGroups.User)),
            ("by_model", Flag(query, UsageGroups.Model)), ("kind", query.Kind ?? ""),
        ];
        IReadOnlyList<string>[] wanted = [query.Models, query.Keys, query.Projects, query.Users];
        parameters.AddRange(Filters.Zip(wanted).SelectMany(pair => Values(pair.First, pair.Second)));
        var lines = await session.ListAsync(Usage, Line, [.. parameters]);
        return
        [
            .. lines.OrderBy(line => line.Start).ThenBy(line => line.Project, StringComparer.Ordinal)
                .ThenBy(line => line.Key, StringComparer.Ordinal).ThenBy(line => line.User, StringComparer.Ordinal)
                .ThenBy(line => line.Model, StringComparer.Ordinal),
        ];
    }

    /// <summary>Charges between two full hours.</summary>
    internal static async Task<NanoUsd> ChargedAsync(
        SqlSession session, OrgId org, DateTimeOffset from, DateTimeOffset to) =>
        new((await session.ListAsync(
            Charged, row => row.GetInt64(0), ("org", org.ToString()), ("from", Hour(from)), ("to", Hour(to))))[0]);

    /// <summary>The first hour with usage.</summary>
    internal static async Task<DateTimeOffset?> FirstHourAsync(SqlSession session, OrgId org) =>
        (await session.ListAsync(First, row => row.GetInt64(0), ("org", org.ToString()))) is [var hour, ..]
            ? Start(hour)
            : null;

    private static string Filter(string column) => $"AND (@any_{column} = 1 OR {column} IN ("
        + string.Join(", ", Enumerable.Range(0, UsageQuery.MaxFilter).Select(i => $"@{column}{i}")) + "))";

    private static IEnumerable<(string, object?)> Values(string column, IReadOnlyList<string> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Count, UsageQuery.MaxFilter);
        yield return ($"any_{column}", values.Count == 0 ? 1L : 0L);
        for (var i = 0; i < UsageQuery.MaxFilter; i++)
        {
            // Places beyond the list repeat its first value.
            yield return ($"{column}{i}", values.Count == 0 ? "" : values[i < values.Count ? i : 0]);
        }
    }

    private static long Flag(UsageQuery query, UsageGroups group) => query.Groups.HasFlag(group) ? 1 : 0;

    private static UsageLine Line(DbDataReader row) => new(
        Start(row.GetInt64(0)), Named(row, 1), Named(row, 2), Named(row, 3), Named(row, 4), ReadTotals(row, 5));

    private static string? Named(DbDataReader row, int column) =>
        row.GetString(column) is { Length: > 0 } name ? name : null;

    private static UsageTotals ReadTotals(DbDataReader row, int at) => new(
        row.GetInt64(at), row.GetInt64(at + 1), row.GetInt64(at + 2), row.GetInt64(at + 3), row.GetInt64(at + 4),
        row.GetInt64(at + 5), row.GetInt64(at + 6), row.GetInt64(at + 7), new(row.GetInt64(at + 8)));

    private static long Hour(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / HourMs;

    private static DateTimeOffset Start(long hour) => DateTimeOffset.FromUnixTimeMilliseconds(hour * HourMs);
}
