using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows of the calls of requests that asked several experts.</summary>
internal static class LineSql
{
    private static readonly string[] Columns =
    [
        "day", "request_id", "n", "role", "expert", "model", "price_version", "input", "cached", "output", "reasoning",
        "images", "audio_ms", "characters", "charge",
    ];

    private const string OfRequest = """
        SELECT l.role, l.expert, l.model, l.price_version, l.input, l.cached, l.output, l.reasoning, l.images,
            l.audio_ms, l.characters, l.charge, coalesce(p.input, 0), coalesce(p.cached, 0), coalesce(p.output, 0),
            coalesce(p.reasoning, 0), coalesce(p.request, 0), coalesce(p.image, 0), coalesce(p.audio_ms, 0),
            coalesce(p.character, 0)
        FROM usage_line l LEFT JOIN price_version p ON p.id = l.price_version
        WHERE l.day = @day AND l.request_id = @request ORDER BY l.n
        """;

    /// <summary>Writes the calls of a run; nothing for requests of one.</summary>
    internal static Task InsertAsync(
        SqlSession session, IReadOnlyList<(UsageRecord Record, Settlement Settlement)> records) =>
        records.Any(static one => one.Record.Lines.Count > 0)
            ? session.InsertAsync("usage_line", Columns, records.SelectMany(static one => Rows(one.Record)))
            : Task.CompletedTask;

    /// <summary>A request's calls with the prices they were charged by.</summary>
    internal static Task<List<ReceiptLine>> ReadAsync(SqlSession session, RequestId request) => session.ListAsync(
        OfRequest, Map, ("day", UsageRecord.DayOf(request)), ("request", request.ToString()));

    private static IEnumerable<object?[]> Rows(UsageRecord record) => record.Lines.Select((charged, n) =>
    {
        var (line, usage) = (charged.Line, charged.Line.Usage);
        return new object?[]
        {
            UsageRecord.DayOf(record.Request), record.Request.ToString(), (long)n, line.Role, line.Expert,
            line.ModelServed?.Value, charged.PriceVersion, usage.Input, usage.Cached, usage.Output, usage.Reasoning,
            usage.Images, usage.AudioMs, usage.Characters, charged.Charge.Value,
        };
    });

    private static ReceiptLine Map(DbDataReader row)
    {
        var usage = new Usage(row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7))
        {
            Images = row.GetInt64(8),
            AudioMs = row.GetInt64(9),
            Characters = row.GetInt64(10),
        };
        ModelId? model = row.IsDBNull(2) ? null : new ModelId(row.GetString(2));
        long? version = row.IsDBNull(3) ? null : row.GetInt64(3);
        var charged = new ChargedLine(
            new(row.GetString(0), row.GetString(1), model, usage), version, new(row.GetInt64(11)));
        return new(charged, new(
            new(row.GetInt64(12)), new(row.GetInt64(13)), new(row.GetInt64(14)), new(row.GetInt64(15)))
        {
            Request = new(row.GetInt64(16)),
            Image = new(row.GetInt64(17)),
            AudioMs = new(row.GetInt64(18)),
            Character = new(row.GetInt64(19)),
        });
    }
}
