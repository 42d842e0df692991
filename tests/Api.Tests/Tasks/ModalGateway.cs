using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Tasks;

/// <summary>One gateway with a real server behind it as expert for each task of another kind than text. A test says
/// what the expert answers under a path.</summary>
public sealed class ModalGateway : IAsyncLifetime
{
    internal const string Moderator = "scripted-moderation";
    internal const string Scribe = "scripted-transcription";
    internal const string Speaker = "scripted-speech";
    internal const string Painter = "scripted-images";
    internal const string Oracle = "scripted-forecast";
    internal const string Band = "scripted-music";

    private readonly ConcurrentDictionary<string, Func<MinerCall, Task>> _scripts = new();

    internal InProcessGateway Gateway { get; private set; } = null!;

    internal ScriptedMiner Miner { get; private set; } = null!;

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Miner = await ScriptedMiner.StartAsync(AnswerAsync, CancellationToken.None);
        Gateway = await InProcessGateway.StartAsync(
        [
            .. Expert(0, Moderator, "moderation"),
            .. Expert(1, Scribe, "transcription", "AudioSecond=0.001"),
            .. Expert(2, Speaker, "speech", "Character=0.00001"),
            .. Expert(3, Painter, "images", "Image=0.04"),
            .. Expert(4, Oracle, "forecast"),
            .. Expert(5, Band, "music", "AudioSecond=0.002"),
            "--Gateway:Upstreams:Static:2:Voices:0=alloy",
            "--Gateway:Upstreams:Static:2:Voices:1=nova",
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Miner.DisposeAsync();
    }

    /// <summary>What the expert answers under a path, such as <c>audio/speech</c>, from now on. Tests of a class do not
    /// run at once.</summary>
    internal void Answers(string path, Func<MinerCall, Task> script) => _scripts["/v1/" + path] = script;

    /// <summary>The same with JSON.</summary>
    internal void Answers(string path, string json) => Answers(path, call => call.SendStatusAsync(200, json));

    /// <summary>The same with bytes.</summary>
    internal void Answers(string path, byte[] bytes, string type) => Answers(path, async call =>
    {
        call.Response.ContentType = type;
        await call.Response.Body.WriteAsync(bytes, call.Gone);
    });

    internal Task<ModalAnswer> PostAsync(string path, string body, string? idempotencyKey = null) =>
        PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), idempotencyKey);

    /// <summary>Posts a form; a value that is bytes is a file.</summary>
    internal Task<ModalAnswer> PostFormAsync(string path, params (string Name, object Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            if (value is byte[] bytes)
            {
                // A lie about the type, which nobody here believes.
                var file = new ByteArrayContent(bytes);
                file.Headers.ContentType = new MediaTypeHeaderValue("text/html");
                form.Add(file, name, "../../evil\u00fc.exe");
            }
            else
            {
                form.Add(new StringContent((string)value), name);
            }
        }

        return PostAsync(path, form, null);
    }

    internal async Task<ModalAnswer> PostAsync(string path, HttpContent content, string? idempotencyKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"v1/{path}", UriKind.Relative));
        request.Content = content;
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var answer = await Gateway.Client.SendAsync(request, Token);
        return new(
            (int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString() ?? "",
            await answer.Content.ReadAsByteArrayAsync(Token),
            answer.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value)));
    }

    /// <summary>What was charged so far, in nano-USD.</summary>
    internal async Task<long> ChargedAsync() =>
        (long)(await Gateway.GetAsync("v1/credits", Token))["data"]!["total_usage_nusd"]!;

    internal Task<JsonObject> ReceiptAsync(ModalAnswer answer) =>
        Gateway.GetAsync($"v1/receipts/{answer.Headers["x-gateway-receipt"]}", Token);

    private string[] Expert(int place, string model, string task, string? price = null)
    {
        string[] settings =
        [
            $"--Gateway:Upstreams:Static:{place}:Name={task}",
            $"--Gateway:Upstreams:Static:{place}:BaseAddress={Miner.Address}",
            $"--Gateway:Upstreams:Static:{place}:Models:0={model}",
            $"--Gateway:Upstreams:Static:{place}:Task={task}",
            $"--Gateway:Pricing:Usd:{model}:Input={(price is null ? 1 : 0)}",
            $"--Gateway:Pricing:Usd:{model}:Output={(price is null ? 2 : 0)}",
        ];
        return price is null ? settings : [.. settings, $"--Gateway:Pricing:Usd:{model}:{price}"];
    }

    private Task AnswerAsync(MinerCall call) => _scripts.TryGetValue(call.Path, out var script)
        ? script(call)
        : call.SendStatusAsync(404, """{"error":{"message":"no such thing"}}""");
}

/// <summary>An answer that was read.</summary>
internal sealed record ModalAnswer(
    int Status, string Type, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonNode Json => JsonNode.Parse(Bytes)!;

    /// <summary>Status, code and parameter of a refusal.</summary>
    public (int Status, string? Code, string? Param) Refusal =>
        (Status, (string?)Json["error"]!["code"], (string?)Json["error"]!["param"]);

    /// <summary>The JSON objects of a stream, up to its end.</summary>
    public IReadOnlyList<JsonNode> Events => [.. Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .Where(frame => !frame.StartsWith(':'))
        .Select(frame => frame["data: ".Length..])
        .Where(data => data != "[DONE]")
        .Select(data => JsonNode.Parse(data)!)];
}
