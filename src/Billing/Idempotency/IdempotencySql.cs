using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows behind <c>Idempotency-Key</c>. A change of a row names the request that owns it, so that whoever
/// comes late changes nothing of a successor.</summary>
internal static class IdempotencySql
{
    private const string Insert = """
        INSERT INTO idempotency (org, key_id, hash, body_sha, state, request_id, incarnation, expires)
        VALUES (@org, @key, @hash, @body, 'in_flight', @request, @incarnation, @expires)
        ON CONFLICT (org, key_id, hash) DO NOTHING
        """;

    private const string Select = """
        SELECT body_sha, state, request_id, incarnation, answer, content_type, status, expires
        FROM idempotency WHERE org = @org AND key_id = @key AND hash = @hash
        """;

    private const string Finish = """
        UPDATE idempotency SET state = 'done', answer = @answer, content_type = @type, status = @status
        WHERE org = @org AND key_id = @key AND hash = @hash AND request_id = @request AND state = 'in_flight'
        """;

    private const string DeleteOwn = """
        DELETE FROM idempotency
        WHERE org = @org AND key_id = @key AND hash = @hash AND request_id = @request AND state = 'in_flight'
        """;

    private const string Bind = """
        UPDATE idempotency SET incarnation = @owner
        WHERE org = @org AND key_id = @key AND hash = @hash AND request_id = @request AND state = 'in_flight'
        """;

    private const string Remove = "DELETE FROM idempotency WHERE org = @org AND key_id = @key AND hash = @hash";

    private const string InFlight = """
        SELECT request_id FROM idempotency WHERE state = 'in_flight' AND incarnation = @incarnation ORDER BY request_id
        """;

    private const string FinishOrphan = """
        UPDATE idempotency SET state = 'done'
        WHERE state = 'in_flight' AND incarnation = @incarnation AND request_id = @request
        """;

    private const string DeleteOrphan = """
        DELETE FROM idempotency
        WHERE state = 'in_flight' AND incarnation = @incarnation AND request_id = @request
        """;

    private const string HandOverOrphan = """
        UPDATE idempotency SET incarnation = @owner
        WHERE state = 'in_flight' AND incarnation = @incarnation AND request_id = @request
        """;

    private const string IsClosed = """
        SELECT 1 FROM replica WHERE incarnation = @incarnation AND state IN ('drained', 'force_closed')
        """;

    private const string ClosedOwners = """
        SELECT incarnation FROM replica WHERE state IN ('drained', 'force_closed')
            AND incarnation IN (SELECT incarnation FROM idempotency WHERE state = 'in_flight')
        ORDER BY incarnation
        """;

    private const string IsCharged = """
        SELECT 1 FROM usage_record
        WHERE day = @day AND request_id = @request AND settlement = 'settled' AND charge > 0
        """;

    private const string DeleteExpired = """
        DELETE FROM idempotency WHERE (org, key_id, hash) IN
            (SELECT org, key_id, hash FROM idempotency WHERE expires <= @now ORDER BY expires LIMIT @limit)
        """;

    /// <summary>False when there is a row under the key.</summary>
    internal static async Task<bool> TryInsertAsync(
        SqlSession session, IdempotentCall call, string incarnation, long expires) =>
        await session.ExecuteAsync(Insert, [
            .. Key(call), ("body", call.Body.ToArray()), ("request", call.Request.ToString()),
            ("incarnation", incarnation), ("expires", expires)]) == 1;

    /// <summary>The row under the call's key, kept from others until the commit.</summary>
    internal static Task<IdempotencyRow?> LockAsync(SqlSession session, IdempotentCall call) =>
        session.FirstAsync(Select + session.Dialect.LockRow, IdempotencyRow.Map, Key(call));

    /// <summary>Makes an incarnation the owner of the call's own row; false when there is none any more.</summary>
    internal static async Task<bool> BindAsync(SqlSession session, IdempotentCall call, string owner) =>
        await session.ExecuteAsync(Bind, [("owner", owner), .. Own(call)]) == 1;

    /// <summary>Ends the call's own row, with its answer when there is one to give again.</summary>
    internal static Task<int> FinishAsync(SqlSession session, IdempotentCall call, KeptAnswer? answer) =>
        session.ExecuteAsync(Finish, [
            ("answer", answer?.Sealed.ToArray()), ("type", answer?.ContentType),
            ("status", answer is null ? null : (long)answer.Status), .. Own(call)]);

    /// <summary>Deletes the call's own row unless it has ended.</summary>
    internal static Task<int> DeleteOwnAsync(SqlSession session, IdempotentCall call) =>
        session.ExecuteAsync(DeleteOwn, Own(call));

    /// <summary>Deletes whatever row is under the call's key.</summary>
    internal static Task<int> RemoveAsync(SqlSession session, IdempotentCall call) =>
        session.ExecuteAsync(Remove, Key(call));

    /// <summary>Requests that an incarnation has under way.</summary>
    internal static async Task<List<RequestId>> InFlightAsync(SqlSession session, string incarnation) =>
        [.. (await session.ListAsync(InFlight, row => row.GetString(0), ("incarnation", incarnation))).Select(Parse)];

    internal static Task<int> FinishOrphanAsync(SqlSession session, string incarnation, RequestId request) =>
        session.ExecuteAsync(FinishOrphan, ("incarnation", incarnation), ("request", request.ToString()));

    internal static Task<int> DeleteOrphanAsync(SqlSession session, string incarnation, RequestId request) =>
        session.ExecuteAsync(DeleteOrphan, ("incarnation", incarnation), ("request", request.ToString()));

    internal static Task<int> HandOverOrphanAsync(
        SqlSession session, string incarnation, RequestId request, string owner) =>
        session.ExecuteAsync(HandOverOrphan,
            ("owner", owner), ("incarnation", incarnation), ("request", request.ToString()));

    /// <summary>Whether all that an incarnation charged is in the books, so that what is not there was free.</summary>
    internal static async Task<bool> IsClosedAsync(SqlSession session, string incarnation) =>
        (await session.ListAsync(IsClosed, row => row.FieldCount, ("incarnation", incarnation))).Count > 0;

    /// <summary>Closed incarnations that still have a request under way.</summary>
    internal static Task<List<string>> ClosedOwnersAsync(SqlSession session) =>
        session.ListAsync(ClosedOwners, row => row.GetString(0));

    /// <summary>Whether the books have a charge for the request.</summary>
    internal static async Task<bool> IsChargedAsync(SqlSession session, RequestId request) =>
        (await session.ListAsync(IsCharged, row => row.FieldCount,
            ("day", UsageRecord.DayOf(request)), ("request", request.ToString()))).Count > 0;

    /// <summary>Deletes expired rows, the oldest first; returns how many.</summary>
    internal static Task<int> DeleteExpiredAsync(SqlSession session, long now, long limit) =>
        session.ExecuteAsync(DeleteExpired, ("now", now), ("limit", limit));

    private static (string Name, object? Value)[] Key(IdempotentCall call) =>
        [("org", call.Org.ToString()), ("key", call.Key.ToString()), ("hash", call.Hash.ToArray())];

    private static (string Name, object? Value)[] Own(IdempotentCall call) =>
        [.. Key(call), ("request", call.Request.ToString())];

    private static RequestId Parse(string text) => RequestId.TryParse(text, out var request)
        ? request
        : throw new BrokenInvariantException("A kept request has no id.");
}
