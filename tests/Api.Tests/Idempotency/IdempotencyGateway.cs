using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Idempotency;

/// <summary>One gateway whose only expert answers otherwise at every call, so that an answer given again is told from
/// one made again. The message says how: <c>fail</c>, <c>long</c>, <c>wait</c>, <c>pause</c>, or
/// anything else.</summary>
public sealed class IdempotencyGateway : IAsyncLifetime
{
    internal const string Model = "scripted";

    /// <summary>Three tokens at 10 USD per million.</summary>
    internal const long ChargeOfOne = 30_000;

    private const string Usage = """{"prompt_tokens":1,"completion_tokens":3}""";

    private int _answers;

    internal InProcessGateway Gateway { get; private set; } = null!;

    internal ScriptedMiner Miner { get; private set; } = null!;

    /// <summary>What <c>wait</c> and <c>pause</c> wait for.</summary>
    internal TaskCompletionSource Release { get; set; } = new();

    /// <summary>Whether <c>fail</c> fails.</summary>
    internal bool Fails { get; set; }

    public async ValueTask InitializeAsync()
    {
        Miner = await ScriptedMiner.StartAsync(AnswerAsync, CancellationToken.None);
        Gateway = await InProcessGateway.StartAsync(InProcessGateway.StaticExpert(Miner.Address, Model, "10"));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Miner.DisposeAsync();
    }

    internal static string Body(string content, bool stream = false) => JsonSerializer.Serialize(new
    {
        model = Model,
        stream,
        max_tokens = 100,
        messages = new[] { new { role = "user", content } },
    });

    internal static HttpRequestMessage Request(string key, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/chat/completions", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return request;
    }

    internal async Task<Reply> PostAsync(
        string key, string body, HttpClient? client = null, CancellationToken ct = default)
    {
        using var request = Request(key, body);
        using var answer = await (client ?? Gateway.Client).SendAsync(request, ct);
        return new((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(ct), answer.Headers.Concat(
            answer.Content.Headers).ToDictionary(header => header.Key, header => string.Join(',', header.Value),
            StringComparer.OrdinalIgnoreCase));
    }

    internal async Task<long> UsageAsync(CancellationToken ct) =>
        (long)(await Gateway.GetAsync("v1/credits", ct))["data"]!["total_usage_nusd"]!;

    internal int CallsWith(string content) => Miner.Calls.Count(call => Content(call) == content);

    internal static string Content(MinerCall call) =>
        call.Json.GetProperty("messages")[0].GetProperty("content").GetString()!;

    private async Task AnswerAsync(MinerCall call)
    {
        var content = Content(call);
        if (content.StartsWith("fail", StringComparison.Ordinal) && Fails)
        {
            await call.SendStatusAsync(500);
            return;
        }

        if (content.StartsWith("wait", StringComparison.Ordinal))
        {
            await Release.Task.WaitAsync(call.Gone);
        }

        var text = $"answer {Interlocked.Increment(ref _answers).ToString(CultureInfo.InvariantCulture)} to {content}";
        text += content.StartsWith("long", StringComparison.Ordinal) ? new string('x', 70_000) : "";
        if (call.Json.TryGetProperty("stream", out var stream) && stream.GetBoolean())
        {
            await call.SendTextAsync(text, 3);
            if (content == "pause")
            {
                await Release.Task.WaitAsync(call.Gone);
            }

            await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("1", "3") + ChatFrames.Done);
            return;
        }

        await call.SendStatusAsync(200, ChatFrames.Whole(text, Usage));
    }

    /// <summary>An answer as its caller got it.</summary>
    internal sealed record Reply(int Status, byte[] Body, Dictionary<string, string> Headers)
    {
        public string Text => Encoding.UTF8.GetString(Body);

        public string Receipt => Headers["x-gateway-receipt"];

        public JsonNode Error => JsonNode.Parse(Body)!["error"]!;

        public string Code => (string)Error["code"]!;
    }
}
