using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.Bench.Http;

/// <summary>An OpenAI-compatible server that answers at once with fixed bytes: what remains is the proxy's own
/// time.</summary>
internal static class MockExpert
{
    public const string Role = "serve-mock";
    public const string Model = "bench-model";

    private const int StreamTokens = 64;

    private const string Message = """{"role":"assistant","content":"The answer to the question is forty-two."}""";
    private const string Usage = """{"prompt_tokens":16,"completion_tokens":9,"total_tokens":25}""";

    private static readonly byte[] Whole = Encoding.UTF8.GetBytes(
        """{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"bench-model","choices":"""
        + $$"""[{"index":0,"message":{{Message}},"finish_reason":"stop"}],"usage":{{Usage}}}""");

    private static readonly byte[] Stream = Encoding.UTF8.GetBytes(Frames());

    public static async Task<int> ServeAsync(string url)
    {
        var builder = BenchServer.Create(url);
        var app = builder.Build();
        app.MapPost("/v1/chat/completions", (RequestDelegate)AnswerAsync);
        await app.RunAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var streams = body.GetBuffer().AsSpan(0, (int)body.Length).IndexOf("\"stream\":true"u8) >= 0;
        context.Response.ContentType = streams ? "text/event-stream" : "application/json";
        if (!streams)
        {
            context.Response.ContentLength = Whole.Length;
        }

        await context.Response.Body.WriteAsync(streams ? Stream : Whole);
    }

    private static string Frames()
    {
        var frames = new StringBuilder();
        for (var token = 1; token <= StreamTokens; token++)
        {
            Append(frames, $$"""{"index":0,"delta":{"content":"word "},"finish_reason":null}""", token);
        }

        Append(frames, """{"index":0,"delta":{},"finish_reason":"stop"}""", StreamTokens);
        return frames.Append("data: [DONE]\n\n").ToString();
    }

    private static void Append(StringBuilder frames, string choice, int tokens) => frames.Append(null,
        $$$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":"""
        + $$$"""1700000000,"model":"bench-model","choices":[{{{choice}}}],"usage":"""
        + $$$"""{"prompt_tokens":16,"completion_tokens":{{{tokens}}},"total_tokens":{{{16 + tokens}}}}}""")
        .Append("\n\n");
}
