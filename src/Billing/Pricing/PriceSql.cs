using System.Data.Common;

namespace Gateway.Billing;

/// <summary>The price book's rows.</summary>
internal static class PriceSql
{
    private const string SeedLock = "price_version";

    private const string Insert = """
        INSERT INTO price_version (id, model, valid_from, input, cached, output, reasoning, share_ppm, author)
        SELECT coalesce(max(id), 0) + 1, @model, @now, @input, @input, @output, @output, @share, 'configuration'
        FROM price_version HAVING NOT EXISTS (SELECT 1 FROM price_version WHERE model = @model)
        """;

    private const string Valid = """
        SELECT id, model, input, cached, output, reasoning, share_ppm, valid_from FROM price_version
        WHERE valid_from <= @now ORDER BY id
        """;

    internal static async Task<int> SeedAsync(SqlSession session, IReadOnlyList<SeedPrice> seeds)
    {
        await session.LockAsync(SeedLock);
        var now = await session.NowAsync();
        var added = 0;
        foreach (var seed in seeds)
        {
            added += await session.ExecuteAsync(Insert,
                ("model", seed.Model.Value), ("now", now), ("input", seed.Input.PicoUsd),
                ("output", seed.Output.PicoUsd), ("share", (long)SeedPrice.SharePpm));
        }

        return added;
    }

    /// <summary>Every version that holds by now, or has held.</summary>
    internal static async Task<List<PriceVersion>> ReadValidAsync(SqlSession session) =>
        await session.ListAsync(Valid, Map, ("now", await session.NowAsync()));

    private static PriceVersion Map(DbDataReader row) => new(
        row.GetInt64(0),
        new(row.GetString(1)),
        new(new(row.GetInt64(2)), new(row.GetInt64(3)), new(row.GetInt64(4)), new(row.GetInt64(5))),
        checked((int)row.GetInt64(6)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)));
}
