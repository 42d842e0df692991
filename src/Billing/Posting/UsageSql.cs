using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows of settled requests.</summary>
internal static class UsageSql
{
    private static readonly string[] Columns =
    [
        "day", "request_id", "incarnation", "org", "project", "key_id", "end_user", "endpoint", "model_asked",
        "model_served", "strategy", "started", "ended", "ending", "settlement", "finish_reason", "input", "cached",
        "output", "reasoning", "images", "audio_ms", "characters", "estimated", "hold", "charge", "price_version",
        "attempts", "request_commit", "response_commit",
    ];

    private const string Select = """
        SELECT u.receipt, u.key_id, u.endpoint, u.model_asked, u.model_served, u.strategy, u.started, u.ended, u.ending,
            u.settlement, u.finish_reason, u.input, u.cached, u.output, u.reasoning, u.estimated, u.charge,
            u.price_version, p.input, p.cached, p.output, p.reasoning, u.attempts, u.request_commit, u.response_commit,
            u.images, u.audio_ms, u.characters, p.request, p.image, p.audio_ms, p.character
        FROM usage_record u LEFT JOIN price_version p ON p.id = u.price_version
        WHERE u.day = @day AND u.request_id = @request AND u.org = @org
        """;

    private const string Sign = """
        UPDATE usage_record SET receipt = @receipt
        WHERE day = @day AND request_id = @request AND org = @org AND receipt IS NULL
        """;

    /// <summary>Writes the rows of a run.</summary>
    internal static async Task InsertAsync(
        SqlSession session,
        string incarnation,
        IReadOnlyList<(UsageRecord Record, Settlement Settlement)> records)
    {
        using var json = new AttemptJson();
        await session.InsertAsync(
            "usage_record", Columns, records.Select(one => Row(incarnation, json, one.Record, one.Settlement)));
    }

    internal static async Task<ReceiptRow?> ReadAsync(SqlSession session, OrgId org, RequestId request)
    {
        var row = await session.FirstAsync(Select, Map,
            ("day", UsageRecord.DayOf(request)), ("request", request.ToString()), ("org", org.ToString()));

        // Once it is signed nothing more is read of it.
        return row is { Signed: null } ? row with { Lines = await LineSql.ReadAsync(session, request) } : row;
    }

    /// <summary>Keeps the first signature: a later one, perhaps by another key, changes nothing.</summary>
    internal static Task<int> StoreReceiptAsync(SqlSession session, OrgId org, RequestId request, byte[] receipt) =>
        session.ExecuteAsync(Sign, ("receipt", receipt), ("day", UsageRecord.DayOf(request)),
            ("request", request.ToString()), ("org", org.ToString()));

    private static object?[] Row(
        string incarnation, AttemptJson json, UsageRecord record, Settlement settlement)
    {
        var (delivered, facts, usage) = (record.Delivered, record.Delivered.Facts, record.Delivered.Usage);
        return
        [
            UsageRecord.DayOf(record.Request), record.Request.ToString(), incarnation, record.Payer.Org.ToString(),
            record.Payer.Project, record.Payer.Key.ToString(), record.Payer.EndUser, facts.Endpoint,
            facts.ModelAsked.Value, delivered.ModelServed?.Value, facts.Strategy,
            facts.Started.ToUnixTimeMilliseconds(), facts.Ended.ToUnixTimeMilliseconds(),
            Words.Of(delivered.Ending), Words.Of(settlement), delivered.FinishReason, usage.Input, usage.Cached,
            usage.Output, usage.Reasoning, usage.Images, usage.AudioMs, usage.Characters,
            delivered.Estimated ? 1L : 0L, record.Hold.Value, record.Charge.Value, record.PriceVersion,
            json.Write(delivered.Attempts), record.Commitments.Request.ToArray(),
            record.Commitments.Response.ToArray(),
        ];
    }

    private static ReceiptRow Map(DbDataReader row) => new()
    {
        Signed = row.IsDBNull(0) ? null : row.GetFieldValue<byte[]>(0),
        Key = row.GetString(1),
        Endpoint = row.GetString(2),
        ModelAsked = row.GetString(3),
        ModelServed = row.IsDBNull(4) ? null : row.GetString(4),
        Strategy = row.GetString(5),
        Started = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        Ended = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
        Ending = row.GetString(8),
        IsCollected = row.GetString(9) == "settled",
        FinishReason = row.GetString(10),
        Usage = new(row.GetInt64(11), row.GetInt64(12), row.GetInt64(13), row.GetInt64(14))
        {
            Images = row.GetInt64(25),
            AudioMs = row.GetInt64(26),
            Characters = row.GetInt64(27),
        },
        Estimated = row.GetInt64(15) == 1,
        Charge = new(row.GetInt64(16)),
        PriceVersion = row.IsDBNull(17) ? null : row.GetInt64(17),
        Prices = row.IsDBNull(17)
            ? default
            : new(new(row.GetInt64(18)), new(row.GetInt64(19)), new(row.GetInt64(20)), new(row.GetInt64(21)))
            {
                Request = new(row.GetInt64(28)),
                Image = new(row.GetInt64(29)),
                AudioMs = new(row.GetInt64(30)),
                Character = new(row.GetInt64(31)),
            },
        Attempts = row.GetString(22),
        RequestCommit = row.GetFieldValue<byte[]>(23),
        ResponseCommit = row.GetFieldValue<byte[]>(24),
    };
}
