using System.Buffers.Binary;
using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>An organisation's ended requests, newest first. There is no index by organisation, which each request would
/// pay for: the rolls tell in which hours it sent requests, and the ids of requests sort by time, so that only these
/// hours are read.</summary>
internal static class RequestListSql
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 86_400_000;

    // One page looks through at most so many hours with usage.
    private const long MostHours = 48;

    // Behind every id there will be: about the year 6400, and a day that every store can count.
    private const long End = 1L << 47;

    private const string Hours = """
        SELECT hour, CAST(sum(requests) AS bigint) FROM usage_roll
        WHERE org = @org AND hour <= @last AND (@model = '' OR model = @model) AND (@key = '' OR key_id = @key)
        GROUP BY hour ORDER BY hour DESC LIMIT @hours
        """;

    private const string List = """
        SELECT request_id, started, ended, key_id, endpoint, model_asked, model_served, ending, input, cached, output,
            reasoning, charge
        FROM usage_record
        WHERE day BETWEEN @first_day AND @last_day AND request_id >= @first AND request_id < @before AND org = @org
            AND (@model = '' OR model_served = @model) AND (@key = '' OR key_id = @key)
            AND (@ending = '' OR ending = @ending)
        ORDER BY day DESC, request_id DESC LIMIT @limit
        """;

    internal static async Task<RequestPage> ReadAsync(SqlSession session, OrgId org, RequestQuery query)
    {
        var before = query.Before ?? First(End);
        (string, object?)[] common =
            [("org", org.ToString()), ("model", query.Model ?? ""), ("key", query.Key ?? "")];
        var hours = await session.ListAsync(Hours, row => (Hour: row.GetInt64(0), Requests: row.GetInt64(1)),
            [.. common, ("last", (MillisecondsOf(before) / HourMs) + 1), ("hours", MostHours)]);
        if (hours.Count == 0)
        {
            return new([], null);
        }

        // A request may be named in the hour before it began.
        var oldest = Oldest(hours, MillisecondsOf(before) / HourMs, query.Limit);
        var first = First((oldest - 1) * HourMs);
        var lines = await session.ListAsync(List, Line,
        [
            .. common, ("first_day", MillisecondsOf(first) / DayMs), ("last_day", MillisecondsOf(before) / DayMs),
            ("first", first.ToString()), ("before", before.ToString()), ("ending", query.Ending ?? ""),
            ("limit", (long)query.Limit + 1),
        ]);
        var shown = lines.Take(query.Limit).ToList();
        return new(shown, lines.Count > query.Limit ? shown[^1].Id
            : hours[^1].Hour < oldest || hours.Count == MostHours ? first : null);
    }

    // The hour that the page itself begins in is counted whole, so it makes nothing sure.
    private static long Oldest(List<(long Hour, long Requests)> hours, long beginning, int limit)
    {
        var (oldest, sure) = (hours[0].Hour, 0L);
        foreach (var (hour, requests) in hours)
        {
            if (sure > limit)
            {
                break;
            }

            oldest = hour;
            sure += hour < beginning ? requests : 0;
        }

        return oldest;
    }

    private static RequestLine Line(DbDataReader row) => new(
        RequestId.TryParse(row.GetString(0), out var id) ? id : default,
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
        row.GetString(3),
        row.GetString(4),
        row.GetString(5),
        row.IsDBNull(6) ? null : row.GetString(6),
        row.GetString(7),
        new(row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11)),
        new(row.GetInt64(12)));

    // The first id of a moment (RFC 9562, version 7: 48 bits of Unix milliseconds, then zeros).
    private static RequestId First(long milliseconds)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, unchecked(milliseconds << 16));
        return new(new Guid(bytes, bigEndian: true));
    }

    private static long MillisecondsOf(RequestId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
    }
}
