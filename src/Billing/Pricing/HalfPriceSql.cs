namespace Gateway.Billing;

/// <summary>Half-price versions. Each halves one standard version, and its <c>valid_from</c> is minus that one's id: so
/// there is one at most, it needs no column of its own, and a replica of an older program, which takes the version
/// with the latest date for the current one, never takes a half.</summary>
internal static class HalfPriceSql
{
    private const string Read = """
        SELECT id, model, input, cached, output, reasoning, share_ppm, valid_from, request, image, audio_ms, character
        FROM price_version WHERE valid_from < 0
        """;

    // Whole numbers: what does not halve exactly is rounded down to a pico-USD, for the caller.
    private const string Make = """
        INSERT INTO price_version (id, model, valid_from, input, cached, output, reasoning, request, image, audio_ms,
            character, share_ppm, author)
        SELECT (SELECT max(id) FROM price_version) + row_number() OVER (ORDER BY p.id), p.model, -p.id, p.input / 2,
            p.cached / 2, p.output / 2, p.reasoning / 2, p.request / 2, p.image / 2, p.audio_ms / 2, p.character / 2,
            p.share_ppm, 'half of ' || p.id
        FROM price_version p
        WHERE p.valid_from BETWEEN 0 AND @now AND NOT EXISTS
            (SELECT 1 FROM price_version h WHERE h.model = p.model AND h.valid_from = -p.id)
        """;

    /// <summary>All there are, by the id of the version that each halves.</summary>
    internal static async Task<Dictionary<long, PriceVersion>> ReadAsync(SqlSession session) =>
        (await session.ListAsync(Read, PriceSql.Map)).ToDictionary(half => -half.ValidFrom.ToUnixTimeMilliseconds());

    /// <summary>Halves every version that holds by now, or has held, and has none yet; gives all there are.</summary>
    internal static async Task<Dictionary<long, PriceVersion>> MakeAsync(SqlSession session)
    {
        await session.LockAsync(PriceSql.BookLock);
        await session.ExecuteAsync(Make, ("now", await session.NowAsync()));
        return await ReadAsync(session);
    }
}
