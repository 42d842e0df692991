using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Idempotency;

/// <summary>What a caller reads whose key cannot be served by an answer.</summary>
internal static class IdempotencyErrors
{
    private const string InvalidRequest = "invalid_request_error";
    private const int RetryAfterSeconds = 2;

    public static OpenAiError InProgress() => new(StatusCodes.Status409Conflict, "conflict_error",
        "idempotency_in_progress", "The request with this Idempotency-Key is still running. Repeat it after a moment.")
    {
        RetryAfter = 1,
    };

    public static OpenAiError Reused() => new(StatusCodes.Status422UnprocessableEntity, InvalidRequest,
        "idempotency_key_reused", "This Idempotency-Key came with another request before. Take a new key for each.",
        IdempotencyHeader.Name);

    public static OpenAiError NotReplayable(RequestId request) => new(StatusCodes.Status422UnprocessableEntity,
        InvalidRequest, "idempotency_not_replayable", "The request with this Idempotency-Key was done and its answer "
        + "cannot be given again: it was a stream, longer than 64 KiB, or lost with its replica. The receipt tells "
        + "what it cost. Take a new key to ask anew.", IdempotencyHeader.Name)
    {
        Details = writer => writer.WriteString("receipt"u8, request.ToString()),
    };

    public static OpenAiError Unavailable() => OpenAiError.Server(StatusCodes.Status503ServiceUnavailable,
        "billing_unavailable", "The books do not answer now, so this Idempotency-Key cannot be kept and the request "
        + "was not sent.", RetryAfterSeconds);
}
