using System.Data.Common;
using System.Text.Json.Nodes;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Reads what people need to see before they change prices.</summary>
internal static class PriceViewSql
{
    private const long DayMs = 86_400_000;
    private const string OfBatch = "CAST(CASE WHEN p.valid_from < 0 THEN 1 ELSE 0 END AS bigint)";

    private static readonly string[] SummedColumns =
        ["input", "cached", "output", "reasoning", "images", "audio_ms", "characters", "charge"];

    private const string History = """
        SELECT version, model, at, author, approver, reason, before, after FROM price_change
        WHERE version < @before ORDER BY version DESC LIMIT @limit
        """;

    private const string Waiting = """
        SELECT p.hash, p.at, p.author, p.reason, p.content FROM price_proposal p
        WHERE p.at > @since
            AND NOT EXISTS (SELECT 1 FROM price_approval a WHERE a.hash = p.hash AND a.proposed = p.at)
        ORDER BY p.at, p.hash
        """;

    // A request of several calls has a line for each, and its price stands there.
    private static readonly string Used = $"""
        SELECT {OfBatch}, {Sums("u")} FROM usage_record u JOIN price_version p ON p.id = u.price_version
        WHERE u.day > @day AND u.settlement = 'settled' AND u.charge > 0 AND p.model = @model
            AND NOT EXISTS (SELECT 1 FROM usage_line l WHERE l.day = u.day AND l.request_id = u.request_id)
        GROUP BY 1
        UNION ALL
        SELECT {OfBatch}, {Sums("l")} FROM usage_line l JOIN price_version p ON p.id = l.price_version
        WHERE l.day > @day AND l.charge > 0 AND p.model = @model GROUP BY 1
        """;

    internal static Task<List<PriceChange>> HistoryAsync(SqlSession session, int limit, long before) =>
        session.ListAsync(History, ChangeOf, ("limit", (long)limit), ("before", before));

    internal static async Task<List<WaitingPrices>> WaitingAsync(SqlSession session) => await session.ListAsync(
        Waiting,
        row => new WaitingPrices(
            row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(2),
            row.GetString(3), row.GetString(4)),
        ("since", await session.NowAsync() - PriceChangeSql.OpenMs));

    /// <summary>What a model's answers used on the last days, today among them, by tier.</summary>
    internal static async Task<List<UsedInDays>> UsedAsync(SqlSession session, ModelId model, int days) =>
        await session.ListAsync(
            Used, UsedOf, ("day", (await session.NowAsync() / DayMs) - days), ("model", model.Value));

    /// <summary>What differs between two lines of a price file.</summary>
    internal static IReadOnlyList<PricePart> Differences(string? before, string after)
    {
        var old = before is null ? null : JsonNode.Parse(before)!.AsObject();
        var fresh = JsonNode.Parse(after)!.AsObject();
        return
        [
            .. fresh.Select(part => new PricePart(part.Key, old?[part.Key]?.ToString(), part.Value!.ToString()))
                .Where(part => part.Before != part.After),
        ];
    }

    private static string Sums(string table) => "CAST(count(*) AS bigint), " + string.Join(", ", SummedColumns.Select(
        column => $"CAST(sum({table}.{column}) AS bigint)"));

    private static PriceChange ChangeOf(DbDataReader row) => new(
        row.GetInt64(0), new(row.GetString(1)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
        row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetString(5),
        Differences(row.IsDBNull(6) ? null : row.GetString(6), row.GetString(7)));

    private static UsedInDays UsedOf(DbDataReader row) => new(
        row.GetInt64(0) == 1,
        row.GetInt64(1),
        new(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5))
        {
            Images = row.GetInt64(6),
            AudioMs = row.GetInt64(7),
            Characters = row.GetInt64(8),
        },
        new(row.GetInt64(9)));
}
