using Gateway.Core;
using Gateway.Router.Traces;

namespace Gateway.Router.Storage;

/// <summary>The statements about traces and ratings.</summary>
internal static class TraceSql
{
    /// <summary>What a rating teaches.</summary>
    /// <param name="IsLearned">Whether the expert is judged by it.</param>
    /// <param name="Former">The learned rating of the same request that it replaces, if there is one.</param>
    internal readonly record struct Judged(bool IsLearned, double? Former);

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
            await WriteAsync(session, rating);
        }

        return traces.Count + ratings.Count;
    }

    /// <summary>Keeps a rating; says whether its expert may be judged by it, and which learned one it replaces.
    /// </summary>
    internal static async Task<Judged> RateAsync(StoreSession session, TraceShelf.Rating rating, int most)
    {
        var formers = await session.ListAsync(
            "SELECT rating FROM feedback WHERE request = @p0 AND learned = 1",
            reader => reader.GetDouble(0), rating.Request.ToString());
        var isLearned = rating.Expert is not null
            && (formers.Count > 0 || await CountOfDayAsync(session, rating) < most);
        await WriteAsync(session, rating with { IsLearned = isLearned });
        return new(isLearned, isLearned && formers.Count > 0 ? formers[0] : null);
    }

    private static async Task<long> CountOfDayAsync(StoreSession session, TraceShelf.Rating rating)
    {
        var day = new DateTimeOffset(rating.At.UtcDateTime.Date, TimeSpan.Zero);
        var counts = await session.ListAsync("""
            SELECT COUNT(*) FROM feedback WHERE owner = @p0 AND expert = @p1 AND at >= @p2 AND learned = 1
            """,
            reader => reader.GetInt64(0), rating.Owner.ToString(), rating.Expert, day.ToUnixTimeMilliseconds());
        return counts[0];
    }

    private static Task<int> WriteAsync(StoreSession session, TraceShelf.Rating rating) => session.ExecuteAsync("""
        INSERT INTO feedback (request, owner, at, rating, comment, expert, learned)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6)
        ON CONFLICT (request) DO UPDATE
        SET at = excluded.at, rating = excluded.rating, comment = excluded.comment, expert = excluded.expert,
            learned = excluded.learned
        """,
        rating.Request.ToString(), rating.Owner.ToString(), rating.At.ToUnixTimeMilliseconds(), rating.Value,
        rating.Comment, rating.Expert, rating.IsLearned ? 1L : 0L);

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
