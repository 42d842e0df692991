using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gateway.Testing.Miners;

/// <summary>One call at a scripted miner: what came in, and the means to answer.</summary>
public sealed class MinerCall
{
    private readonly HttpContext _context;
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MinerCall(HttpContext context, byte[] body)
    {
        _context = context;
        Body = body;
        Headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Path = context.Request.Path;
        context.RequestAborted.Register(_aborted.SetResult);
    }

    /// <summary>The request's body, byte for byte.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The request's headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The request's path.</summary>
    public string Path { get; }

    /// <summary>Ends when the gateway hung up before the script was through.</summary>
    public Task Aborted => _aborted.Task;

    /// <summary>Cancelled when the gateway hung up.</summary>
    public CancellationToken Gone => _context.RequestAborted;

    /// <summary>The response, for what the methods here do not cover.</summary>
    public HttpResponse Response => _context.Response;

    /// <summary>The request's body as JSON.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body.Span);

    /// <summary>Sends raw bytes at once, as an event stream unless another type was set.</summary>
    public async Task SendAsync(string text)
    {
        Response.ContentType ??= "text/event-stream";
        await Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), Gone);
        await Response.Body.FlushAsync(Gone);
    }

    /// <summary>Sends a chunk of one choice with this text.</summary>
    public Task SendTextAsync(string text, long? tokensSoFar = null) => SendAsync(ChatFrames.Text(text, tokensSoFar));

    /// <summary>Sends a status and a body.</summary>
    public async Task SendStatusAsync(int status, string body = "{}", string contentType = "application/json")
    {
        Response.StatusCode = status;
        Response.ContentType = contentType;
        await Response.WriteAsync(body, Gone);
    }

    /// <summary>Sends a status with a body where it may have one.</summary>
    public Task RespondAsync(int status, string body = "{}")
    {
        Response.StatusCode = status;
        return status == StatusCodes.Status204NoContent ? Task.CompletedTask : SendStatusAsync(status, body);
    }

    /// <summary>Breaks the connection without an end.</summary>
    public async Task BreakAsync()
    {
        await Response.Body.FlushAsync(CancellationToken.None);
        _context.Abort();
    }

    internal static async Task<MinerCall> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return new(context, body.ToArray());
    }
}

/// <summary>Frames as an OpenAI-compatible server writes them.</summary>
public static class ChatFrames
{
    /// <summary>The mark behind the last frame.</summary>
    public const string Done = "data: [DONE]\n\n";

    /// <summary>A chunk with text, with a running usage when tokens are given.</summary>
    public static string Text(string text, long? tokensSoFar = null) =>
        Chunk($$"""{"content":{{JsonSerializer.Serialize(text)}}}""", null, tokensSoFar);

    /// <summary>The chunk in which the role comes first.</summary>
    public static string Role() => Chunk("""{"role":"assistant","content":""}""", null, null);

    /// <summary>The chunk that ends the choice.</summary>
    public static string Finish(string reason = "stop") => Chunk("{}", reason, null);

    /// <summary>A usage chunk; the values are raw JSON.</summary>
    public static string Usage(string promptTokens, string completionTokens) =>
        $$$"""data: {"id":"x","choices":[],"usage":{"prompt_tokens":{{{promptTokens}}}"""
        + $$$""","completion_tokens":{{{completionTokens}}}}}""" + "\n\n";

    /// <summary>A whole answer; the usage is raw JSON.</summary>
    public static string Whole(string text, string usage) =>
        $$"""
        {"id":"x","object":"chat.completion","model":"m","usage":{{usage}},
         "choices":[{"index":0,"finish_reason":"stop",
                     "message":{"content":{{JsonSerializer.Serialize(text)}},"role":"assistant"} } ]}
        """;

    private static string Chunk(string delta, string? finish, long? tokens)
    {
        var reason = finish is null ? "null" : $"\"{finish}\"";
        var usage = tokens is { } count
            ? string.Create(CultureInfo.InvariantCulture,
                $$$""","usage":{"prompt_tokens":7,"completion_tokens":{{{count}}}}""")
            : "";
        return
            $$"""data: {"id":"x","object":"chat.completion.chunk","choices":[{"index":0,"delta":{{delta}}"""
            + $$""","finish_reason":{{reason}}}]{{usage}}}""" + "\n\n";
    }
}
