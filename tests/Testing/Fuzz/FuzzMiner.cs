using System.Globalization;
using System.Text.Json;
using Gateway.Testing.Miners;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Testing.Fuzz;

/// <summary>An expert that does what the last word of a prompt says, also what none should; it remembers
/// nothing.</summary>
public sealed class FuzzMiner : IAsyncDisposable
{
    /// <summary>The model it serves.</summary>
    public const string Model = "scripted";

    private const int Words = 4;
    private const int ManyWords = 400;
    private const string Usage = """{"prompt_tokens":3,"completion_tokens":4}""";

    private readonly WebApplication _app;

    private FuzzMiner(WebApplication app) => _app = app;

    /// <summary>Settings of a gateway whose expert it is: cheap enough that the demo credit lasts.</summary>
    public IEnumerable<string> Settings =>
    [
        "--Gateway:Upstreams:Static:0:Name=scripted",
        $"--Gateway:Upstreams:Static:0:BaseAddress={_app.Urls.First()}/v1/",
        $"--Gateway:Upstreams:Static:0:Models:0={Model}",
        $"--Gateway:Pricing:Usd:{Model}:Input=0.01",
        $"--Gateway:Pricing:Usd:{Model}:Output=1",
    ];

    /// <summary>Starts on a free loopback port.</summary>
    public static async Task<FuzzMiner> StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync(ct);
        return new(app);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        try
        {
            using var asked = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            var streams = asked.RootElement.TryGetProperty("stream", out var stream)
                && stream.ValueKind == JsonValueKind.True;
            await (streams ? StreamAsync(context, Deed(asked)) : WholeAsync(context, Deed(asked)));
        }
        catch (OperationCanceledException)
        {
            // The gateway hung up.
        }
    }

    private static string Deed(JsonDocument asked)
    {
        var text = asked.RootElement.TryGetProperty("messages", out var messages) ? messages.GetRawText() : "";
        return Array.Find(
            ["many", "slow", "cut", "garbage", "error", "status", "usage"],
            deed => text.Contains($"\"{deed}\"", StringComparison.Ordinal)) ?? "answer";
    }

    private static async Task WholeAsync(HttpContext context, string deed)
    {
        var response = context.Response;
        response.StatusCode = deed == "status" ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
        response.ContentType = "application/json";
        if (deed == "slow")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, context.RequestAborted);
        }

        var text = ChatFrames.Whole("It is four, I think.", deed == "usage" ? """{"completion_tokens":-5}""" : Usage);
        await response.WriteAsync(deed switch
        {
            "garbage" => "<html>",
            "error" => """{"error":{"message":"no"}}""",
            "cut" => text[..40],
            _ => text,
        }, context.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext context, string deed)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        if (deed == "status")
        {
            response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        for (var word = 1; word <= (deed == "many" ? ManyWords : Words); word++)
        {
            await response.WriteAsync(ChatFrames.Text("word ", word), context.RequestAborted);
            if (deed == "slow")
            {
                await response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, context.RequestAborted);
            }
        }

        if (deed is "cut" or "garbage" or "error")
        {
            await response.WriteAsync(
                deed switch { "error" => "data: {\"error\":{}}\n\n", "garbage" => "data: {\n\n", _ => "" },
                context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        var tokens = deed == "usage" ? "1000000" : Words.ToString(CultureInfo.InvariantCulture);
        await response.WriteAsync(
            ChatFrames.Finish() + (deed == "many" ? "" : ChatFrames.Usage("3", tokens)) + ChatFrames.Done,
            context.RequestAborted);
    }
}
