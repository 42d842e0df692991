namespace Gateway.Router.Storage;

/// <summary>The statements about what was seen to work.</summary>
internal static class UptimeSql
{
    /// <summary>Adds counts to what is there.</summary>
    internal static async Task<int> AddAsync(StoreSession session, IReadOnlyList<UptimeLine> lines)
    {
        foreach (var line in lines)
        {
            await session.ExecuteAsync("""
                INSERT INTO uptime (kind, name, hour, good, bad) VALUES (@p0, @p1, @p2, @p3, @p4)
                ON CONFLICT (kind, name, hour) DO UPDATE
                SET good = uptime.good + excluded.good, bad = uptime.bad + excluded.bad
                """,
                line.Kind, line.Name, line.Hour, line.Good, line.Bad);
        }

        return lines.Count;
    }

    /// <summary>Everything since an hour.</summary>
    internal static Task<List<UptimeLine>> ReadAsync(StoreSession session, long since) => session.ListAsync(
        "SELECT kind, name, hour, good, bad FROM uptime WHERE hour >= @p0 ORDER BY kind, name, hour",
        row => new UptimeLine(
            row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)),
        since);

    /// <summary>Forgets what is older.</summary>
    internal static Task<int> ForgetAsync(StoreSession session, long before) =>
        session.ExecuteAsync("DELETE FROM uptime WHERE hour < @p0", before);
}
