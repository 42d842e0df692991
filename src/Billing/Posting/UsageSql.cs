using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows of settled requests.</summary>
internal static class UsageSql
{
    private const string Insert = """
        INSERT INTO usage_record (day, request_id, incarnation, org, key_id, endpoint, model_asked, model_served,
            strategy, started, ended, ending, settlement, finish_reason, input, cached, output, reasoning, estimated,
            hold, charge, price_version, attempts, request_commit, response_commit)
        VALUES (@day, @request, @incarnation, @org, @key, @endpoint, @asked, @served, @strategy,
            @started, @ended, @ending, @settlement, @finish, @input, @cached, @output, @reasoning, @estimated,
            @hold, @charge, @price, @attempts, @request_commit, @response_commit)
        ON CONFLICT (day, request_id) DO NOTHING
        """;

    private const string Charge = """
        SELECT CASE WHEN settlement = 'settled' THEN charge ELSE 0 END
        FROM usage_record WHERE day = @day AND request_id = @request
        """;

    private const string Select = """
        SELECT u.receipt, u.key_id, u.endpoint, u.model_asked, u.model_served, u.strategy, u.started, u.ended, u.ending,
            u.settlement, u.finish_reason, u.input, u.cached, u.output, u.reasoning, u.estimated, u.charge,
            u.price_version, p.input, p.cached, p.output, p.reasoning, u.attempts, u.request_commit, u.response_commit
        FROM usage_record u LEFT JOIN price_version p ON p.id = u.price_version
        WHERE u.day = @day AND u.request_id = @request AND u.org = @org
        """;

    private const string Sign = """
        UPDATE usage_record SET receipt = @receipt
        WHERE day = @day AND request_id = @request AND org = @org AND receipt IS NULL
        """;

    /// <summary>False when the request has a record already.</summary>
    internal static async Task<bool> TryInsertAsync(
        SqlSession session, UsageRecord record, string incarnation, bool isCollected)
    {
        var (delivered, facts, usage) = (record.Delivered, record.Delivered.Facts, record.Delivered.Usage);
        return await session.ExecuteAsync(Insert,
            ("day", UsageRecord.DayOf(record.Request)), ("request", record.Request.ToString()),
            ("incarnation", incarnation), ("org", record.Payer.Org.ToString()),
            ("key", record.Payer.Key.ToString()), ("endpoint", facts.Endpoint), ("asked", facts.ModelAsked.Value),
            ("served", delivered.ModelServed?.Value), ("strategy", facts.Strategy),
            ("started", facts.Started.ToUnixTimeMilliseconds()), ("ended", facts.Ended.ToUnixTimeMilliseconds()),
            ("ending", Words.Of(delivered.Ending)), ("settlement", isCollected ? "settled" : "uncollectible"),
            ("finish", delivered.FinishReason), ("input", usage.Input), ("cached", usage.Cached),
            ("output", usage.Output), ("reasoning", usage.Reasoning), ("estimated", delivered.Estimated ? 1L : 0L),
            ("hold", record.Hold.Value), ("charge", record.Charge.Value), ("price", record.PriceVersion),
            ("attempts", AttemptJson.Write(delivered.Attempts)),
            ("request_commit", record.Commitments.Request.ToArray()),
            ("response_commit", record.Commitments.Response.ToArray())) == 1;
    }

    /// <summary>What the organisation was charged for a recorded request.</summary>
    internal static async Task<NanoUsd> ReadChargeAsync(SqlSession session, RequestId request) =>
        new((await session.ListAsync(Charge, row => row.GetInt64(0),
            ("day", UsageRecord.DayOf(request)), ("request", request.ToString())))[0]);

    internal static Task<ReceiptRow?> ReadAsync(SqlSession session, OrgId org, RequestId request) =>
        session.FirstAsync(Select, Map,
            ("day", UsageRecord.DayOf(request)), ("request", request.ToString()), ("org", org.ToString()));

    /// <summary>Keeps the first signature: a later one, perhaps by another key, changes nothing.</summary>
    internal static Task<int> StoreReceiptAsync(SqlSession session, OrgId org, RequestId request, byte[] receipt) =>
        session.ExecuteAsync(Sign, ("receipt", receipt), ("day", UsageRecord.DayOf(request)),
            ("request", request.ToString()), ("org", org.ToString()));

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
        Usage = new(row.GetInt64(11), row.GetInt64(12), row.GetInt64(13), row.GetInt64(14)),
        Estimated = row.GetInt64(15) == 1,
        Charge = new(row.GetInt64(16)),
        PriceVersion = row.IsDBNull(17) ? null : row.GetInt64(17),
        Prices = row.IsDBNull(17)
            ? default
            : new(new(row.GetInt64(18)), new(row.GetInt64(19)), new(row.GetInt64(20)), new(row.GetInt64(21))),
        Attempts = row.GetString(22),
        RequestCommit = row.GetFieldValue<byte[]>(23),
        ResponseCommit = row.GetFieldValue<byte[]>(24),
    };
}
