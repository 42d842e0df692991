using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Tongues;

/// <summary>A chat of OpenAI's API, answered by a miner that knows only Synapses.</summary>
public sealed class DendriteTests
{
    private static readonly string[] Settings =
    [
        $"--Gateway:Subnets:{OneMiner.NetUid}:Synapse:Name={StrictAxon.Synapse}",
        $"--Gateway:Subnets:{OneMiner.NetUid}:Synapse:Fields:0=roles=roles",
        $"--Gateway:Subnets:{OneMiner.NetUid}:Synapse:Fields:1=messages=contents",
        $"--Gateway:Subnets:{OneMiner.NetUid}:Synapse:Fields:2=seed=seed",
        $"--Gateway:Subnets:{OneMiner.NetUid}:Synapse:Fields:3=task=json:\"chat\"",
        $"--Gateway:Subnets:{OneMiner.NetUid}:Synapse:Hashed:0=roles",
        $"--Gateway:Subnets:{OneMiner.NetUid}:Synapse:Hashed:1=messages",
    ];

    private readonly StrictAxon _axon = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Synapse_that_comes_back_whole_answers_whole_and_streamed_and_is_counted_and_charged()
    {
        await using var miner = await ScriptedMiner.StartAsync(_axon.ServeAsync, Token);
        await using var gateway = await OneMiner.StartAsync(miner.Address, "dendrite", Settings);

        var whole = await PostAsync(gateway, Chat(false, ",\"seed\":7"));
        var frames = await PostAsync(gateway, Chat(true));
        var answer = JsonNode.Parse(whole)!;

        Assert.Empty(_axon.Refusals);
        Assert.Equal("Four, of course.", (string)answer["choices"]![0]!["message"]!["content"]!);
        Assert.Equal("Four, of course.", Streamed(frames));
        Assert.EndsWith("data: [DONE]\n\n", frames, StringComparison.Ordinal);
        Assert.Equal(
            """{"roles":["system","user"],"messages":["Be short.","What is 2 and 2, caf\u00E9?"],"seed":7,"""
            + "\"task\":\"chat\"}",
            _axon.Taken[0].GetRawText());
        Assert.False(_axon.Taken[1].TryGetProperty("seed", out _));

        // Miners of this dialect say no usage.
        Assert.True((bool)answer["usage"]!["estimated"]!);
        Assert.InRange((int)answer["usage"]!["completion_tokens"]!, 1, 16);
        Assert.True((long)answer["usage"]!["cost_nusd"]! > 0);
    }

    [Fact]
    public async Task Bare_text_in_pieces_is_handed_on_as_it_comes_and_no_letter_is_cut_in_two()
    {
        var umlaut = "ü"u8.ToArray();
        _axon.Answer = async call =>
        {
            call.Response.ContentType = "text/plain";
            await call.SendAsync("Gr");
            await call.Response.Body.WriteAsync(umlaut.AsMemory(0, 1), call.Gone);
            await call.Response.Body.FlushAsync(call.Gone);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, call.Gone);
            await call.Response.Body.WriteAsync(umlaut.AsMemory(1), call.Gone);
            await call.SendAsync("n.");
        };
        await using var miner = await ScriptedMiner.StartAsync(_axon.ServeAsync, Token);
        await using var gateway = await OneMiner.StartAsync(
            miner.Address, "dendrite",
            [.. Settings, $"--Gateway:Subnets:{OneMiner.NetUid}:Synapse:Streams=true"]);

        var whole = JsonNode.Parse(await PostAsync(gateway, Chat(false)))!;

        Assert.Equal("Grün.", (string)whole["choices"]![0]!["message"]!["content"]!);
        Assert.Equal("Grün.", Streamed(await PostAsync(gateway, Chat(true))));
    }

    [Fact]
    public async Task What_is_no_answer_is_the_miners_failure_and_free()
    {
        var bodies = new Queue<string>(
            ["""{"completion":null}""", """{"completion":["no","text"]}""", "[]", "no JSON"]);
        _axon.Answer = call => call.SendStatusAsync(200, bodies.Dequeue());
        await using var miner = await ScriptedMiner.StartAsync(_axon.ServeAsync, Token);
        await using var gateway = await OneMiner.StartAsync(miner.Address, "dendrite", Settings);
        var before = await UsedAsync(gateway);

        while (bodies.Count > 0)
        {
            using var answer = await gateway.PostChatAsync(Chat(bodies.Count % 2 == 0), Token);
            var text = await answer.Content.ReadAsStringAsync(Token);
            Assert.Contains("\"error\"", text, StringComparison.Ordinal);
        }

        Assert.Empty(_axon.Refusals);
        Assert.Equal(before, await UsedAsync(gateway));
    }

    private static async Task<string> PostAsync(InProcessGateway gateway, string body)
    {
        using var answer = await gateway.PostChatAsync(body, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return text;
    }

    private static string Chat(bool streams, string more = "") =>
        $$"""
        {"model":"{{OneMiner.Model}}","stream":{{(streams ? "true" : "false")}},"max_tokens":20{{more}},"messages":[
        {"role":"system","content":"Be short."},
        {"role":"user","content":[{"type":"text","text":"What is 2 and 2, "},{"type":"text","text":"café?"}]}]}
        """;

    private static string Streamed(string frames) => string.Concat(frames.Split('\n')
        .Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
        .Select(line => JsonNode.Parse(line["data: ".Length..])!["choices"] is JsonArray { Count: > 0 } choices
            ? (string?)choices[0]!["delta"]?["content"] : null));

    private static async Task<string> UsedAsync(InProcessGateway gateway) =>
        (await gateway.GetAsync("v1/credits", Token))["data"]!["total_usage"]!.ToString();
}
