using Microsoft.AspNetCore.Http;

namespace Gateway.DevNet.Miners;

/// <summary>Plays a script to the caller, as one JSON body or as a stream with one chunk and one flush per token. A
/// caller who leaves ends it at once with <see cref="OperationCanceledException"/>.</summary>
internal sealed class AnswerSender(HttpContext context, ChatRequest request, Script script, TimeProvider time)
{
    private static readonly byte[] FrameStart = "data: "u8.ToArray();
    private static readonly byte[] FrameEnd = "\n\n"u8.ToArray();
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();

    // A reset overtakes bytes that still wait to be sent, and a cut answer must differ from none.
    private static readonly TimeSpan BeforeReset = TimeSpan.FromMilliseconds(25);

    private CancellationToken Gone => context.RequestAborted;

    internal async Task SendAsync(ChatWriter writer)
    {
        if (request.Stream)
        {
            await SendStreamAsync(writer);
        }
        else
        {
            await SendWholeAsync(writer);
        }
    }

    private async Task SendWholeAsync(ChatWriter writer)
    {
        await PauseAsync(script.FirstTokenDelay + (script.TokenDelay * script.Tokens.Count));
        var body = writer.Completion(script, Usage(script.Tokens.Count));
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (script.Fault == Fault.Cut)
        {
            await context.Response.Body.WriteAsync(body[..(body.Length / 2)], Gone);
            await CutAsync();
            return;
        }

        await context.Response.Body.WriteAsync(body, Gone);
    }

    private async Task SendStreamAsync(ChatWriter writer)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        var last = script.Fault == Fault.Cut ? script.Tokens.Count / 2 : script.Tokens.Count;
        await PauseAsync(script.FirstTokenDelay);
        await FrameAsync(writer.Chunk("assistant", "", null, Running(0), request.IncludeUsage));
        for (var sent = 0; sent < last; sent++)
        {
            await PauseAsync(sent == 0 ? TimeSpan.Zero : script.TokenDelay);
            await FrameAsync(writer.Chunk(null, script.Tokens[sent], null, Running(sent + 1), request.IncludeUsage));
        }

        if (script.Fault == Fault.Cut)
        {
            await CutAsync();
            return;
        }

        await FinishStreamAsync(writer);
    }

    private async Task FinishStreamAsync(ChatWriter writer)
    {
        var count = script.Tokens.Count;
        await FrameAsync(writer.Chunk(null, null, script.FinishReason, Running(count), request.IncludeUsage));
        if (request.IncludeUsage)
        {
            await FrameAsync(writer.UsageChunk(Usage(count)));
        }

        await context.Response.Body.WriteAsync(Done, Gone);
    }

    private async Task CutAsync()
    {
        await context.Response.Body.FlushAsync(Gone);
        await PauseAsync(BeforeReset);
        context.Abort();
    }

    private async Task PauseAsync(TimeSpan span)
    {
        Gone.ThrowIfCancellationRequested();
        if (span > TimeSpan.Zero)
        {
            await Task.Delay(span, time, Gone);
        }
    }

    private async Task FrameAsync(ReadOnlyMemory<byte> json)
    {
        var pipe = context.Response.BodyWriter;
        Copy(FrameStart);
        Copy(json.Span);
        Copy(FrameEnd);
        var flushed = await pipe.FlushAsync(Gone);
        if (flushed.IsCompleted)
        {
            throw new OperationCanceledException(Gone);
        }

        void Copy(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(pipe.GetSpan(bytes.Length));
            pipe.Advance(bytes.Length);
        }
    }

    private TokenCounts? Running(int completion) => request.ContinuousUsage ? Usage(completion) : null;

    private TokenCounts Usage(int completion) => new(
        (long)request.PromptTokens * script.UsageFactor, (long)completion * script.UsageFactor);
}
