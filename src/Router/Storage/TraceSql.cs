using Gateway.Core;
using Gateway.Router.Traces;

namespace Gateway.Router.Storage;

/// <summary>The statements about traces and ratings.</summary>
internal static class TraceSql
{
    internal static async Task<int> KeepAsync(
        StoreSession session, IReadOnlyList<RouteTrace> traces, IReadOnlyList<TraceShelf.Rating> ratings)
    {
        foreach (var trace in traces)
        {
            await session.ExecuteAsync("""
                INSERT INTO route_trace (request, owner, at, body) VALUES (@p0, @p1, @p2, @p3)
                ON CONFLICT (request) DO NOTHING
                """,
                trace.Request.ToString(), trace.Owner.ToString(), trace.At.ToUnixTimeMilliseconds(), trace.Json);
        }

        foreach (var rating in ratings)
        {
            await session.ExecuteAsync("""
                INSERT INTO feedback (request, owner, at, rating, comment) VALUES (@p0, @p1, @p2, @p3, @p4)
                ON CONFLICT (request) DO UPDATE
                SET at = excluded.at, rating = excluded.rating, comment = excluded.comment
                """,
                rating.Request.ToString(), rating.Owner.ToString(), rating.At.ToUnixTimeMilliseconds(), rating.Value,
                rating.Comment);
        }

        return traces.Count + ratings.Count;
    }

    internal static async Task<byte[]?> FindAsync(StoreSession session, RequestId request, Guid owner)
    {
        var found = await session.ListAsync(
            "SELECT body FROM route_trace WHERE request = @p0 AND owner = @p1",
            reader => (byte[])reader.GetValue(0), request.ToString(), owner.ToString());
        return found.Count > 0 ? found[0] : null;
    }

    /// <summary>Forgets what is older.</summary>
    internal static async Task<int> ForgetAsync(StoreSession session, long before) =>
        await session.ExecuteAsync("DELETE FROM route_trace WHERE at < @p0", before)
        + await session.ExecuteAsync("DELETE FROM feedback WHERE at < @p0", before);
}
