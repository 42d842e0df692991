using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Shapes;

/// <summary>One gateway whose only expert does what the last message says: <c>tool</c>, <c>tools</c>, <c>think</c>,
/// <c>long</c>, <c>refuse</c>, <c>die</c>, <c>rank</c>, or anything else for a plain answer.</summary>
public sealed class ShapeGateway : IAsyncLifetime
{
    internal const string Model = "scripted";

    // Of ten prompt tokens four came from a cache.
    private const string Usage =
        """{"prompt_tokens":10,"completion_tokens":6,"prompt_tokens_details":{"cached_tokens":4}}""";

    private const string Ranked = """
        {"content":[{"token":"It","logprob":-0.5,"bytes":[73,116],
         "top_logprobs":[{"token":"It","logprob":-0.5}]}]}
        """;

    // Whoever dies does so once the caller has something of the answer.
    private TaskCompletionSource _mayDie = new();

    internal InProcessGateway Gateway { get; private set; } = null!;

    internal ScriptedMiner Miner { get; private set; } = null!;

    /// <summary>What the expert was asked last.</summary>
    internal JsonElement Asked => Miner.Calls[^1].Json;

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

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal async Task<HttpResponseMessage> PostAsync(
        string path, string body, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"v1/{path}", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    /// <summary>The answer's JSON, whatever its status.</summary>
    internal async Task<JsonNode> JsonAsync(string path, string body)
    {
        using var answer = await PostAsync(path, body);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
    }

    /// <summary>A stream's events in order: their names, and their data as JSON; null is the end mark.</summary>
    internal async Task<List<(string? Name, JsonNode? Data)>> EventsAsync(string path, string body)
    {
        _mayDie = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var answer = await PostAsync(path, body);
        _mayDie.SetResult();
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    /// <summary>What a refusal says: its status, code and field.</summary>
    internal async Task<(int Status, string? Code, string? Param)> RefusalAsync(string path, string body)
    {
        using var answer = await PostAsync(path, body);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"];
        return ((int)answer.StatusCode, (string?)error?["code"], (string?)error?["param"]);
    }

    private static (string? Name, JsonNode? Data) Parse(string frame)
    {
        var lines = frame.Split('\n');
        var name = lines.FirstOrDefault(line => line.StartsWith("event: ", StringComparison.Ordinal))?[7..];
        var data = Assert.Single(lines, line => line.StartsWith("data: ", StringComparison.Ordinal))[6..];
        return (name, data == "[DONE]" ? null : JsonNode.Parse(data));
    }

    private Task AnswerAsync(MinerCall call)
    {
        var last = call.Json.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
        var text = last.ValueKind == JsonValueKind.String ? last : last[0].GetProperty("text");
        var does = text.GetString()!;
        return call.Json.GetProperty("stream").GetBoolean() ? StreamAsync(call, does) : WholeAsync(call, does);
    }

    private static Task WholeAsync(MinerCall call, string does)
    {
        var message = does switch
        {
            "tool" => $$"""{"content":null,"tool_calls":[{{Tool(0)}}]}""",
            "tools" => $$"""{"content":null,"tool_calls":[{{Tool(0)}},{{Tool(1)}}]}""",
            "think" => """{"reasoning_content":"Two and two.","content":"It is four."}""",
            "refuse" => """{"refusal":"I will not."}""",
            _ => """{"content":"It is four."}""",
        };
        return call.SendStatusAsync(200, $$"""
            {"id":"x","usage":{{Usage}},"choices":[{"index":0,"message":{{message}},"logprobs":{{LogprobsOf(does)}},
             "finish_reason":"{{FinishOf(does)}}"} ]}
            """);
    }

    private async Task StreamAsync(MinerCall call, string does)
    {
        foreach (var delta in DeltasOf(does))
        {
            await call.SendAsync(
                $$$"""data: {"id":"x","choices":[{"index":0,"delta":{{{delta}}},"logprobs":{{{LogprobsOf(does)}}}}]}"""
                + "\n\n");
        }

        if (does == "die")
        {
            await _mayDie.Task;
            await call.BreakAsync();
            return;
        }

        await call.SendAsync(ChatFrames.Finish(FinishOf(does)));
        await call.SendAsync($$"""data: {"id":"x","choices":[],"usage":{{Usage}}}""" + "\n\n" + ChatFrames.Done);
    }

    private static string[] DeltasOf(string does) => does switch
    {
        "tool" => [Begin(0), Piece(0, """{\"city\":"""), Piece(0, """\"Rome\"}""")],
        "tools" =>
        [
            """{"content":"Let me look."}""", Begin(0), Piece(0, """{\"city\":"""), Piece(0, """\"Rome\"}"""), Begin(1),
            Piece(1, """{\"city\":\"Oslo\"}"""),
        ],
        "think" =>
        [
            """{"reasoning_content":"Two "}""", """{"reasoning_content":"and two."}""", """{"content":"It is "}""",
            """{"content":"four."}""",
        ],
        "refuse" => ["""{"refusal":"I will "}""", """{"refusal":"not."}"""],
        "rank" => ["""{"content":"It"}"""],
        _ => ["""{"content":"It is "}""", """{"content":"four."}"""],
    };

    private static string Tool(int index) =>
        $$$"""{"id":"call_{{{index}}}","type":"function","function":"""
        + """{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}""";

    private static string Begin(int index) =>
        $$$"""{"tool_calls":[{"index":{{{index}}},"id":"call_{{{index}}}","type":"function","function":"""
        + """{"name":"weather","arguments":""}}]}""";

    private static string Piece(int index, string text) =>
        $$$"""{"tool_calls":[{"index":{{{index}}},"function":{"arguments":"{{{text}}}"}}]}""";

    private static string LogprobsOf(string does) =>
        does == "rank" ? Ranked.ReplaceLineEndings("") : "null";

    private static string FinishOf(string does) => does switch
    {
        "tool" or "tools" => "tool_calls",
        "long" => "length",
        _ => "stop",
    };
}
