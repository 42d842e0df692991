using System.Text.Json.Nodes;
using Gateway.Testing;
using Gateway.Testing.Miners;

namespace Gateway.Conformance.Tests;

/// <summary>One real gateway process for all clients, with a server that always answers as its only static expert: what
/// these tests try is the client's side, and simulated miners fail on purpose.</summary>
public sealed class RunningGateway : IAsyncLifetime
{
    /// <summary>The static expert's model.</summary>
    internal const string Model = "reliable";

    /// <summary>What it answers to everything.</summary>
    internal const string Answer = "12 * 34 is 408.";

    /// <summary>The same where JSON is asked for.</summary>
    internal const string JsonAnswer = """{"a":"408"}""";

    private const string Usage = """{"prompt_tokens":7,"completion_tokens":7,"total_tokens":14}""";

    private ScriptedMiner? _expert;

    internal GatewayProcess Process { get; private set; } = null!;

    /// <summary>A simulated miner that answers well, by its hotkey.</summary>
    internal string HonestMiner => (string)Process.DevNet["miners"]!.AsArray().First(IsHonestAndLarge)!["hotkey"]!;

    public async ValueTask InitializeAsync()
    {
        _expert = await ScriptedMiner.StartAsync(AnswerAsync, CancellationToken.None);
        Process = await GatewayProcess.StartReadyAsync(
            GatewayProcess.NewDataDirectory(),
            [
                "--Gateway:Upstreams:Static:0:Name=expert",
                $"--Gateway:Upstreams:Static:0:BaseAddress={_expert.Address}",
                $"--Gateway:Upstreams:Static:0:Models:0={Model}",

                // All but several choices: those the gateway makes of several calls.
                "--Gateway:Upstreams:Static:0:Features=tools,json,logprobs,images,sound,logit_bias",
                $"--Gateway:Pricing:Usd:{Model}:Input=0.5",
                $"--Gateway:Pricing:Usd:{Model}:Output=1.5",
                .. ModalExpert.Settings(_expert.Address, first: 1),
            ]);
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await _expert!.DisposeAsync();
    }

    private static bool IsHonestAndLarge(JsonNode? miner) =>
        (string)miner!["kind"]! == "honest" && (string)miner["models"]![0]! == "devnet-large";

    private static async Task AnswerAsync(MinerCall call)
    {
        if (await ModalExpert.TryAnswerAsync(call))
        {
            return;
        }

        if (call.Json.TryGetProperty("tools", out _) && IsQuestion(call))
        {
            await CallToolAsync(call);
            return;
        }

        if (!call.Json.GetProperty("stream").GetBoolean())
        {
            await call.SendStatusAsync(200, ChatFrames.Whole(AnswerTo(call), Usage));
            return;
        }

        var tokens = 0;
        foreach (var word in AnswerTo(call).Split(' '))
        {
            await call.SendTextAsync(tokens == 0 ? word : $" {word}", ++tokens);
        }

        await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("7", "7") + ChatFrames.Done);
    }

    private static string AnswerTo(MinerCall call) =>
        call.Json.TryGetProperty("response_format", out var format)
        && !format.GetProperty("type").ValueEquals("text") ? JsonAnswer : Answer;

    // Whoever brings tools is asked to use one before he gets the answer.
    private static bool IsQuestion(MinerCall call) =>
        call.Json.GetProperty("messages").EnumerateArray().Last().GetProperty("role").ValueEquals("user");

    private static async Task CallToolAsync(MinerCall call)
    {
        const string Begin = """
            {"index":0,"id":"call_1","type":"function","function":{"name":"multiply","arguments":""}}
            """;
        const string Call = """
            {"id":"call_1","type":"function","function":{"name":"multiply","arguments":"{\"a\":12,\"b\":34}"}}
            """;
        if (!call.Json.GetProperty("stream").GetBoolean())
        {
            await call.SendStatusAsync(200, $$"""
                {"id":"x","usage":{{Usage}},"choices":[{"index":0,"finish_reason":"tool_calls",
                 "message":{"content":null,"tool_calls":[{{Call}}]} } ]}
                """);
            return;
        }

        await SendCallAsync(Begin);
        await SendCallAsync("""{"index":0,"function":{"arguments":"{\"a\":12,"}}""");
        await SendCallAsync("""{"index":0,"function":{"arguments":"\"b\":34}"}}""");
        await call.SendAsync(ChatFrames.Finish("tool_calls") + ChatFrames.Usage("7", "7") + ChatFrames.Done);

        Task SendCallAsync(string part) => call.SendAsync(
            $$$"""data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{{{part.Trim()}}}]}}]}""" + "\n\n");
    }
}
