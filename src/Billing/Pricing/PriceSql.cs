using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The price book's rows.</summary>
internal static class PriceSql
{
    internal const string BookLock = "price_version";

    private const string Insert = """
        INSERT INTO price_version (id, model, valid_from, input, cached, output, reasoning, image, audio_ms, character,
            share_ppm, author)
        SELECT coalesce(max(id), 0) + 1, @model, @now, @input, @input, @output, @output, @image, @audio, @character,
            @share, 'configuration'
        FROM price_version HAVING NOT EXISTS (SELECT 1 FROM price_version WHERE model = @model)
        """;

    private const string Valid = """
        SELECT id, model, input, cached, output, reasoning, share_ppm, valid_from, request, image, audio_ms, character
        FROM price_version WHERE valid_from BETWEEN 0 AND @now ORDER BY id
        """;

    private const string Newest = """
        SELECT id, model, input, cached, output, reasoning, share_ppm, valid_from, request, image, audio_ms, character
        FROM price_version WHERE model = @model ORDER BY valid_from DESC, id DESC LIMIT 1
        """;

    private const string One = """
        SELECT id, model, input, cached, output, reasoning, share_ppm, valid_from, request, image, audio_ms, character
        FROM price_version WHERE id = @id
        """;

    private const string Add = """
        INSERT INTO price_version (id, model, valid_from, input, cached, output, reasoning, request, image, audio_ms,
            character, share_ppm, author)
        SELECT coalesce(max(id), 0) + 1, @model, @from, @input, @cached, @output, @reasoning, @request, @image, @audio,
            @character, @share, @author
        FROM price_version RETURNING id
        """;

    internal static async Task<int> SeedAsync(SqlSession session, IReadOnlyList<SeedPrice> seeds)
    {
        await session.LockAsync(BookLock);
        var now = await session.NowAsync();
        var added = 0;
        foreach (var seed in seeds)
        {
            added += await session.ExecuteAsync(Insert,
                ("model", seed.Model.Value), ("now", now), ("input", seed.Input.PicoUsd),
                ("output", seed.Output.PicoUsd), ("image", seed.Image.PicoUsd), ("audio", seed.AudioMs.PicoUsd),
                ("character", seed.Character.PicoUsd), ("share", (long)SeedPrice.SharePpm));
        }

        return added;
    }

    /// <summary>Every version that holds by now, or has held.</summary>
    internal static async Task<List<PriceVersion>> ReadValidAsync(SqlSession session) =>
        await session.ListAsync(Valid, Map, ("now", await session.NowAsync()));

    /// <summary>The version that holds, or will hold, last; null for a model that has none.</summary>
    internal static Task<PriceVersion?> NewestAsync(SqlSession session, ModelId model) =>
        session.FirstAsync(Newest, Map, ("model", model.Value));

    internal static Task<PriceVersion?> ReadAsync(SqlSession session, long id) =>
        session.FirstAsync(One, Map, ("id", id));

    /// <summary>Adds a version and returns its number. The caller holds <see cref="BookLock"/>.</summary>
    internal static async Task<long> AddAsync(
        SqlSession session, ModelId model, ModelPrices prices, int sharePpm, long validFrom, string author) =>
        (await session.ListAsync(Add, row => row.GetInt64(0),
            ("model", model.Value), ("from", validFrom), ("input", prices.Input.PicoUsd),
            ("cached", prices.Cached.PicoUsd), ("output", prices.Output.PicoUsd),
            ("reasoning", prices.Reasoning.PicoUsd), ("request", prices.Request.PicoUsd),
            ("image", prices.Image.PicoUsd), ("audio", prices.AudioMs.PicoUsd),
            ("character", prices.Character.PicoUsd), ("share", (long)sharePpm), ("author", author)))[0];

    internal static PriceVersion Map(DbDataReader row) => new(
        row.GetInt64(0),
        new(row.GetString(1)),
        new(new(row.GetInt64(2)), new(row.GetInt64(3)), new(row.GetInt64(4)), new(row.GetInt64(5)))
        {
            Request = new(row.GetInt64(8)),
            Image = new(row.GetInt64(9)),
            AudioMs = new(row.GetInt64(10)),
            Character = new(row.GetInt64(11)),
        },
        checked((int)row.GetInt64(6)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)));
}
