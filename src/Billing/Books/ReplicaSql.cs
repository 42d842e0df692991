using System.Data.Common;

namespace Gateway.Billing;

/// <summary>The rows of incarnations.</summary>
internal static class ReplicaSql
{
    private const string Insert = """
        INSERT INTO replica (incarnation, node, state, seen) VALUES (@incarnation, @node, 'live', @now)
        ON CONFLICT (incarnation) DO NOTHING
        """;

    // An orphan that is heard of again lives.
    private const string Beat = """
        UPDATE replica SET beat = beat + 1, seen = @now,
            state = CASE WHEN state = 'orphaned' THEN 'live' ELSE state END
        WHERE incarnation = @incarnation
        """;

    private const string Advance =
        "UPDATE replica SET seq = @to, seen = @now WHERE incarnation = @incarnation AND seq = @from";

    private const string Select = "SELECT incarnation, state, seq, beat FROM replica WHERE incarnation = @incarnation";

    private const string Alive = "SELECT count(*) FROM replica WHERE state = 'live' AND seen > @since";

    private const string NotClosed =
        "SELECT incarnation FROM replica WHERE state IN ('live', 'orphaned') ORDER BY incarnation";

    private const string Unseen =
        "SELECT incarnation FROM replica WHERE state = @state AND seen <= @before ORDER BY incarnation";

    private const string Mark = "UPDATE replica SET state = @state WHERE incarnation = @incarnation";

    internal static async Task<int> RegisterAsync(SqlSession session, string incarnation, string node) =>
        await session.ExecuteAsync(
            Insert, ("incarnation", incarnation), ("node", node), ("now", await session.NowAsync()));

    internal static Task<int> BeatAsync(SqlSession session, string incarnation, long now) =>
        session.ExecuteAsync(Beat, ("now", now), ("incarnation", incarnation));

    /// <summary>False when another record than <paramref name="from"/> is the last applied one.</summary>
    internal static async Task<bool> AdvanceAsync(SqlSession session, string incarnation, long from, long to) =>
        await session.ExecuteAsync(Advance,
            ("to", to), ("now", await session.NowAsync()), ("incarnation", incarnation), ("from", from)) == 1;

    internal static Task<ReplicaRow?> FindAsync(SqlSession session, string incarnation, string suffix = "") =>
        session.FirstAsync(Select + suffix, Map, ("incarnation", incarnation));

    /// <summary>Replicas heard of since a moment of the store's clock; one at least, for the caller lives.</summary>
    internal static async Task<int> LiveAsync(SqlSession session, long since) => int.Max(1,
        (await session.ListAsync(Alive, row => checked((int)row.GetInt64(0)), ("since", since)))[0]);

    internal static Task<List<string>> NotClosedAsync(SqlSession session) =>
        session.ListAsync(NotClosed, row => row.GetString(0));

    internal static Task<List<string>> UnseenAsync(SqlSession session, ReplicaState state, long before) =>
        session.ListAsync(Unseen, row => row.GetString(0), ("state", Words.Of(state)), ("before", before));

    internal static Task<int> MarkAsync(SqlSession session, string incarnation, ReplicaState state) =>
        session.ExecuteAsync(Mark, ("state", Words.Of(state)), ("incarnation", incarnation));

    private static ReplicaRow Map(DbDataReader row) =>
        new(row.GetString(0), Words.ReplicaState(row.GetString(1)), row.GetInt64(2), row.GetInt64(3));
}
