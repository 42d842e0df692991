using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Chat;

/// <summary>One gateway with two experts: <c>plain</c> can do nothing beyond text, <c>native</c> everything; both serve
/// the model <c>both</c>. The last message says what they answer: <c>name;first|second|...</c>, the k-th call the k-th
/// text and all later ones the last. <c>#status</c> is a refusal; <c>{"deltas":[..]}</c>,
/// <c>{"message":..}</c> and <c>{"choices":[..]}</c> are a stream's and whole answers' own JSON.</summary>
public sealed class OwnGateway : IAsyncLifetime
{
    private const int PromptTokens = 7;

    private readonly ConcurrentDictionary<string, int> _asked = new();

    internal InProcessGateway Gateway { get; private set; } = null!;

    internal ScriptedMiner Plain { get; private set; } = null!;

    internal ScriptedMiner Native { get; private set; } = null!;

    /// <summary>When set, every answer waits for it behind its first piece.</summary>
    internal TaskCompletionSource? Pause { get; set; }

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Plain = await ScriptedMiner.StartAsync(AnswerAsync, CancellationToken.None);
        Native = await ScriptedMiner.StartAsync(AnswerAsync, CancellationToken.None);
        Gateway = await InProcessGateway.StartAsync(
            [.. Expert(0, "plain", Plain, "none"), .. Expert(1, "native", Native, "all")]);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Plain.DisposeAsync();
        await Native.DisposeAsync();
    }

    /// <summary>A body for a model whose experts answer so; members as they stand in JSON.</summary>
    internal static string Body(string model, string says, string members = "") => $$"""
        {"model":"{{model}}","messages":[{"role":"user","content":{{JsonSerializer.Serialize(says)}}}]
         {{(members.Length > 0 ? "," + members : "")}}}
        """;

    internal async Task<(HttpResponseMessage Answer, JsonNode Json)> PostAsync(string body)
    {
        var answer = await Gateway.PostChatAsync(body, Token);
        return (answer, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!);
    }

    /// <summary>A stream's chunks in order; null is the end mark.</summary>
    internal async Task<List<JsonNode?>> StreamAsync(string body)
    {
        using var answer = await Gateway.PostChatAsync(body, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return
        [
            .. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Where(frame => frame.StartsWith("data: ", StringComparison.Ordinal))
                .Select(frame => frame == "data: [DONE]" ? null : JsonNode.Parse(frame["data: ".Length..])),
        ];
    }

    /// <summary>What a stream's chunks say in one choice.</summary>
    internal static string TextOf(IEnumerable<JsonNode?> chunks, int index = 0) => string.Concat(
        ChoicesOf(chunks, index).Select(choice => (string?)choice["delta"]!["content"]));

    internal static IEnumerable<JsonNode> ChoicesOf(IEnumerable<JsonNode?> chunks, int index) =>
        from chunk in chunks
        from choice in chunk?["choices"]?.AsArray() ?? []
        where (int)choice["index"]! == index
        select choice;

    private static string[] Expert(int place, string name, ScriptedMiner miner, string features) =>
    [
        $"--Gateway:Upstreams:Static:{place}:Name={name}",
        $"--Gateway:Upstreams:Static:{place}:BaseAddress={miner.Address}",
        $"--Gateway:Upstreams:Static:{place}:Models:0={name}",
        $"--Gateway:Upstreams:Static:{place}:Models:1=both",
        $"--Gateway:Upstreams:Static:{place}:Features={features}",
        $"--Gateway:Pricing:Usd:{name}:Input=1",
        $"--Gateway:Pricing:Usd:{name}:Output=10",
        "--Gateway:Pricing:Usd:both:Input=1",
        "--Gateway:Pricing:Usd:both:Output=10",
    ];

    private async Task AnswerAsync(MinerCall call)
    {
        var says = call.Json.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
        var texts = says[(says.IndexOf(';', StringComparison.Ordinal) + 1)..].Split('|');
        var place = _asked.AddOrUpdate(says, 0, (_, last) => last + 1);
        var text = texts[Math.Min(place, texts.Length - 1)];
        if (text.StartsWith('#'))
        {
            await call.SendStatusAsync(int.Parse(text[1..], System.Globalization.CultureInfo.InvariantCulture));
        }
        else if (call.Json.GetProperty("stream").GetBoolean())
        {
            await StreamAsync(call, text);
        }
        else
        {
            var choices = call.Json.TryGetProperty("n", out var n) ? n.GetInt32() : 1;
            await call.SendStatusAsync(200, WholeOf(text, choices));
        }
    }

    private static string WholeOf(string text, int choices)
    {
        if (text.StartsWith("""{"choices":""", StringComparison.Ordinal))
        {
            return text[..^1] + $$$""","usage":{"prompt_tokens":{{{PromptTokens}}},"completion_tokens":6}}""";
        }

        var isOwn = text.StartsWith("""{"message":""", StringComparison.Ordinal);
        var message = isOwn
            ? text["""{"message":""".Length..^1]
            : $$"""{"content":{{JsonSerializer.Serialize(text)}}}""";
        var tokens = choices * (isOwn ? 5 : text.Length / 2);
        var all = Enumerable.Range(0, choices).Select(index =>
            $$"""{"index":{{index}},"finish_reason":"stop","message":{{message}}}""");
        return $$$"""
            {"choices":[{{{string.Join(',', all)}}}],
             "usage":{"prompt_tokens":{{{PromptTokens}}},"completion_tokens":{{{tokens}}}}}
            """;
    }

    // Two letters are a token, and a frame.
    private async Task StreamAsync(MinerCall call, string text)
    {
        var tokens = 0;
        if (text.StartsWith("""{"deltas":""", StringComparison.Ordinal))
        {
            await SendDeltasAsync(call, JsonNode.Parse(text)!["deltas"]!.AsArray());
            return;
        }

        foreach (var piece in text.Chunk(2))
        {
            await call.SendTextAsync(new string(piece), ++tokens);
            if (tokens == 1 && Pause is { } pause)
            {
                await pause.Task.WaitAsync(call.Gone);
            }
        }

        await EndAsync(call, "stop", tokens);
    }

    private static async Task SendDeltasAsync(MinerCall call, JsonArray deltas)
    {
        foreach (var delta in deltas)
        {
            var choice = $$"""{"index":0,"delta":{{delta!.ToJsonString()}}}""";
            await call.SendAsync($$"""data: {"choices":[{{choice}}]}""" + "\n\n");
        }

        await EndAsync(call, "tool_calls", 5 * deltas.Count);
    }

    private static Task EndAsync(MinerCall call, string reason, int tokens) => call.SendAsync(
        ChatFrames.Finish(reason) + ChatFrames.Usage($"{PromptTokens}", $"{tokens}") + ChatFrames.Done);
}
