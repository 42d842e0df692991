using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Idempotency;

/// <summary>Lets POST endpoints keep <c>Idempotency-Key</c>. Without the header a request goes through
/// untouched.</summary>
/// <remarks>The order for one that counts: the charge is durable, then the key's row with the answer, then the answer
/// leaves, or the end of a stream. So whoever saw the end of an answer finds its row done: he gets the answer again or
/// 422, and is never charged twice. A crash between charge and row leaves the row in progress; it is resolved from the
/// books when the dead replica's journal is drained.</remarks>
internal sealed class IdempotentEndpoints(IdempotentCalls calls, AnswerSeal seal, BodyBudget budget, TimeProvider time)
{
    private const string RetryAfterMs = "500";

    // As long as the router waits for a caller who takes nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The endpoint, with the header kept. One that charges tells its <see cref="KeptCall"/>.</summary>
    /// <param name="endpoint">Reads its body by <see cref="RequestBody.ReadAsync"/>.</param>
    /// <param name="bodyLimit">The longest body it takes, in bytes.</param>
    /// <param name="rule">Which of its requests count.</param>
    public RequestDelegate Keep(RequestDelegate endpoint, int bodyLimit, KeepWhen rule) =>
        context => IdempotencyHeader.Read(context.Request) is { } key
            ? HandleAsync(context, endpoint, key, bodyLimit, rule)
            : endpoint(context);

    private async Task HandleAsync(
        HttpContext context, RequestDelegate endpoint, string key, int bodyLimit, KeepWhen rule)
    {
        using var body = await RequestBody.ReadAnyAsync(context.Request, budget, bodyLimit);
        context.Features.Set(body);
        var identity = context.Features.GetRequiredFeature<RequestIdentity>();
        var caller = context.Caller();
        var call = new IdempotentCall(
            caller.Org, caller.Key, seal.Hash(key), FingerprintOf(context.Request, body.Bytes.Span),
            identity.Id);
        switch (await calls.BeginAsync(call, context.RequestAborted))
        {
            case Begun.First:
                await RunAsync(context, endpoint, key, new(calls, call, rule, context.Response));
                break;
            case Begun.Replay replay:
                await ReplayAsync(context, call, key, replay);
                break;
            case Begun.InProgress:
                context.Response.Headers["retry-after-ms"] = RetryAfterMs;
                throw new RefusedException(IdempotencyErrors.InProgress());
            case Begun.NotReplayable done:
                throw new RefusedException(IdempotencyErrors.NotReplayable(done.Request));
            case Begun.Reused:
                throw new RefusedException(IdempotencyErrors.Reused());
            default:
                throw new RefusedException(IdempotencyErrors.Unavailable());
        }
    }

    // A client that tries again writes the same form between other boundaries.
    private static byte[] FingerprintOf(HttpRequest request, ReadOnlySpan<byte> body) =>
        Fingerprint(request.Path, request.QueryString.ToString(), body,
            FormMetadata.IsOf(request) ? MultipartForm.BoundaryOf(request.ContentType) : null);

    /// <summary>What a request under a key is known by. The address counts too: the same body for another object is
    /// another request.</summary>
    public static byte[] Fingerprint(
        string path, string query, ReadOnlySpan<byte> body, string? boundary = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{path}{query}\n"));
        if (boundary is null)
        {
            hash.AppendData(body);
        }
        else
        {
            AppendWithout(hash, body, Encoding.ASCII.GetBytes(boundary));
        }

        return hash.GetHashAndReset();
    }

    private static void AppendWithout(IncrementalHash hash, ReadOnlySpan<byte> body, ReadOnlySpan<byte> mark)
    {
        for (var at = body.IndexOf(mark); at >= 0; at = body.IndexOf(mark))
        {
            hash.AppendData(body[..at]);
            body = body[(at + mark.Length)..];
        }

        hash.AppendData(body);
    }

    private async Task RunAsync(HttpContext context, RequestDelegate endpoint, string key, KeptCall kept)
    {
        var response = context.Response;
        var (inner, aborted) = (response.Body, context.RequestAborted);
        await using var held = new HeldAnswer(response, inner, kept.BeforeSendingAsync);
        context.Features.Set(kept);
        response.Body = held;
        try
        {
            await endpoint(context);
            await response.BodyWriter.FlushAsync(CancellationToken.None);
            await kept.EndAsync(SealHeld(response, key, kept, held));
        }
        catch
        {
            await kept.BreakAsync();
            if (!response.HasStarted)
            {
                response.ContentLength = null;
            }

            throw;
        }
        finally
        {
            (response.Body, context.RequestAborted) = (inner, aborted);
        }

        if (!held.HasPassed)
        {
            await SendAsync(context, held.Held);
        }
    }

    // An endpoint whose caller has gone may have written nothing, or less than it announced: that is no answer.
    private KeptAnswer? SealHeld(HttpResponse response, string key, KeptCall kept, HeldAnswer held)
    {
        if (!kept.IsKept || held.HasPassed || held.Held.Length != (response.ContentLength ?? held.Held.Length)
            || (held.Held.Length == 0 && response.StatusCode != StatusCodes.Status204NoContent))
        {
            return null;
        }

        var plain = KeptHeaders.Join(response.Headers, held.Held.Span);
        try
        {
            return seal.Seal(kept.Call, key, response.StatusCode, response.ContentType ?? "", plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private async Task ReplayAsync(HttpContext context, IdempotentCall call, string key, Begun.Replay replay)
    {
        if (seal.Open(call, key, replay.Request, replay.Answer) is not { } plain)
        {
            throw new RefusedException(IdempotencyErrors.NotReplayable(replay.Request));
        }

        try
        {
            var response = context.Response;
            var body = KeptHeaders.Split(plain, response.Headers);
            response.StatusCode = replay.Answer.Status;
            response.ContentType = replay.Answer.ContentType.Length > 0 ? replay.Answer.ContentType : null;
            response.ContentLength = body.Length > 0 ? body.Length : null;
            response.Headers["x-gateway-receipt"] = replay.Request.ToString();
            response.Headers["Idempotent-Replayed"] = "true";
            await SendAsync(context, body);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (body.Length == 0)
        {
            return;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        await using var cut = patience.Token.UnsafeRegister(
            static context => ((HttpContext)context!).Abort(), context);
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
