using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.DevNet.Miners;

/// <summary>A miner's endpoints behind its gate.</summary>
internal sealed partial class MinerApi(
    int seed, MinerProfile profile, CallerGate gate, TimeProvider time, ILogger<MinerApi> log)
{
    private const string ChatPath = "/v1/chat/completions";
    private const string ModelsPath = "/v1/models";
    private const string EmbeddingsPath = "/v1/embeddings";
    private const string RerankPath = "/v1/rerank";

    private const long MaxClaimedBytes = 65_536;

    private readonly MinerActor _actor = new(seed, profile);

    internal MinerTally Tally { get; } = new();

    /// <summary>Answers one request. A bug here is logged and becomes 500; a caller who leaves is neither.</summary>
    internal async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, new ChatRefusal(e.StatusCode, "invalid_request", null, e.Message));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The caller left, and nobody waits for an answer.
        }
#pragma warning disable CA1031 // The top of a request: whatever went wrong, the miner must go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(log, profile.Uid, e);
            await RefuseAsync(context, new ChatRefusal(500, "internal_error", null, "The miner failed."));
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContext context)
    {
        // A length is only a claim: it sizes the buffer up to a point, and Kestrel's limit bounds what arrives.
        var claimed = Math.Min(context.Request.ContentLength ?? 0, MaxClaimedBytes);
        using var body = new MemoryStream((int)claimed);
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static Task RefuseAsync(HttpContext context, ChatRefusal refusal)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        return WriteAsync(context, refusal.Status, ChatWriter.Refusal(refusal));
    }

    private static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await ReadBodyAsync(context);
        if (gate.Refuse(context.Request.Headers, body.Span) is { } refusal)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        await ((context.Request.Path.Value, context.Request.Method) switch
        {
            (ChatPath, "POST") => ChatAsync(context, body),
            (ModelsPath, "GET") => WriteAsync(context, 200, ChatWriter.Models(profile.Models)),
            (EmbeddingsPath, "POST") => AnswerAsync(context, TaskApi.Embed(body, profile.Models)),
            (RerankPath, "POST") => AnswerAsync(context, TaskApi.Rerank(body, profile.Models)),
            (ChatPath or ModelsPath or EmbeddingsPath or RerankPath, _) =>
                RefuseAsync(context, new(405, "method_not_allowed", null, "Wrong method.")),
            _ => RefuseAsync(context, new ChatRefusal(404, "not_found", null, "There is no such endpoint.")),
        });
    }

    private static Task AnswerAsync(HttpContext context, (ReadOnlyMemory<byte> Body, ChatRefusal? Refusal) answer) =>
        answer.Refusal is { } refusal ? RefuseAsync(context, refusal) : WriteAsync(context, 200, answer.Body);

    private async Task ChatAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var (request, refusal) = ChatRequestReader.Read(body, profile.ChatModels);
        if (request is null)
        {
            await RefuseAsync(context, refusal!);
            return;
        }

        var draw = new SeededDraw(seed, profile.Uid, body.Span);
        Tally.Start();
        try
        {
            await PlayAsync(context, request, _actor.Perform(request, draw), draw.Id);
            Tally.Finish();
        }
        catch
        {
            Tally.Cancel();
            throw;
        }
    }

    private async Task PlayAsync(HttpContext context, ChatRequest request, Script script, string id)
    {
        switch (script.Fault)
        {
            case Fault.Unavailable:
                await RefuseAsync(context, new ChatRefusal(503, "overloaded", null, "The miner is overloaded."));
                break;
            case Fault.Reset:
                context.Abort();
                break;
            case Fault.None or Fault.Cut:
                var writer = new ChatWriter(id, request.Model, time.GetUtcNow());
                await new AnswerSender(context, request, script, time).SendAsync(writer);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7001, LogLevel.Error, "Simulated miner {Uid} failed on a request")]
        internal static partial void Failed(ILogger logger, int uid, Exception exception);
    }
}
