namespace Gateway.Router.Storage;

/// <summary>What is known of the stored kinds of work without their centroids.</summary>
/// <param name="Version">Rises with every fit; 0: there are none.</param>
/// <param name="At">When they were found, in Unix milliseconds.</param>
/// <param name="Prompts">In how many prompts.</param>
/// <param name="IsAdopted">Whether scores by them have proven themselves somewhere.</param>
internal readonly record struct ClusterHead(long Version, long At, long Prompts, bool IsAdopted);

/// <summary>The statements about kinds of work. There is one row; whoever finds them anew raises its version, and of
/// two that do so at once one wins.</summary>
internal static class ClusterSql
{
    internal static async Task<ClusterHead> HeadAsync(StoreSession session)
    {
        var found = await session.ListAsync(
            "SELECT version, at, prompts, adopted FROM gate_clusters",
            reader => new ClusterHead(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3) != 0));
        return found.Count > 0 ? found[0] : default;
    }

    /// <summary>The centroids, see <see cref="Tasks.ClusterBytes"/>; null when there are none.</summary>
    internal static async Task<byte[]?> BodyAsync(StoreSession session)
    {
        var found = await session.ListAsync(
            "SELECT body FROM gate_clusters", reader => (byte[])reader.GetValue(0));
        return found.Count > 0 ? found[0] : null;
    }

    /// <summary>Replaces the version before.</summary>
    /// <returns>False when somebody else was faster.</returns>
    internal static async Task<bool> ReplaceAsync(StoreSession session, ClusterHead next, byte[] body) =>
        await session.ExecuteAsync("""
            INSERT INTO gate_clusters (id, version, at, prompts, adopted, body) VALUES (1, @p0, @p1, @p2, @p3, @p4)
            ON CONFLICT (id) DO UPDATE
            SET version = excluded.version, at = excluded.at, prompts = excluded.prompts, body = excluded.body
            WHERE gate_clusters.version < excluded.version
            """,
            next.Version, next.At, next.Prompts, next.IsAdopted ? 1L : 0L, body) == 1;

    /// <summary>Says that scores by kinds of work have proven themselves.</summary>
    internal static Task<int> AdoptAsync(StoreSession session) =>
        session.ExecuteAsync("UPDATE gate_clusters SET adopted = 1 WHERE adopted = 0");
}
