using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Figures of the books over all organisations.</summary>
/// <param name="Deposits">How many deposits are in each state, by the word the books have for it; states without one
/// are left out.</param>
/// <param name="Uncollectible">Charges that reached the books after their lease was closed: our loss.</param>
public sealed record BooksTally(IReadOnlyDictionary<string, long> Deposits, NanoUsd Uncollectible);

/// <summary>Reads them.</summary>
internal static class TallySql
{
    private const string Deposits = "SELECT state, count(*) FROM deposit GROUP BY state";

    private const string Lost = """
        SELECT CAST(coalesce(sum(amount), 0) AS bigint) FROM posting
        WHERE account = 'uncollectible' AND asset = 'NUSD'
        """;

    internal static async Task<BooksTally> ReadAsync(SqlSession session)
    {
        var states = await session.ListAsync(Deposits, row => (State: row.GetString(0), Count: row.GetInt64(1)));
        var lost = await session.ListAsync(Lost, row => row.GetInt64(0));
        return new(states.ToDictionary(state => state.State, state => state.Count), new(lost[0]));
    }
}
