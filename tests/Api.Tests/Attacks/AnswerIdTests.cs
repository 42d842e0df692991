using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Attacks;

/// <summary>A miner that gives one caller what another one was told.</summary>
public sealed class AnswerIdTests
{
    private const string Stolen = "chatcmpl-of-somebody-else";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attack_25_An_answer_under_another_requests_id_has_its_own_id_and_receipt(bool stream)
    {
        await using var miner = await ScriptedMiner.StartAsync(call => StealAsync(call, stream), Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));
        var ids = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            using var content = new StringContent(
                $$"""{"model":"scripted","stream":{{(stream ? "true" : "false")}},"""
                + """ "messages":[{"role":"user","content":"x"}]}""", Encoding.UTF8, "application/json");
            using var answer = await gateway.Client.PostAsync(
                new Uri("v1/chat/completions", UriKind.Relative), content, Token);
            var text = await answer.Content.ReadAsStringAsync(Token);

            Assert.DoesNotContain(Stolen, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Stolen, answer.Headers.ToString(), StringComparison.Ordinal);
            var id = answer.Headers.GetValues("x-gateway-receipt").Single();
            Assert.Equal(id, (string?)(await gateway.GetAsync($"v1/receipts/{id}", Token))["id"]);
            ids.Add(id);
            ids.Add((string)First(text, stream)["id"]!);
        }

        // Three requests, and an id of its own for each answer beside that of its receipt.
        Assert.Equal(6, ids.Count);

        // And each call to the miner had a name that no other had: nothing was answered from what came before.
        Assert.Equal(3, miner.Calls.Count);
    }

    private static JsonNode First(string text, bool stream) =>
        JsonNode.Parse(stream ? text.Split('\n')[0]["data: ".Length..] : text)!;

    private static Task StealAsync(MinerCall call, bool stream)
    {
        call.Response.Headers["x-request-id"] = Stolen;
        call.Response.Headers["x-gateway-receipt"] = Stolen;
        var whole = ChatFrames.Whole("ok", """{"prompt_tokens":1,"completion_tokens":1}""");
        var text = stream ? ChatFrames.Text("ok", 1) + ChatFrames.Finish() + ChatFrames.Done : whole;
        text = text.Replace("\"id\":\"x\"", $"\"id\":\"{Stolen}\"", StringComparison.Ordinal);
        return stream ? call.SendAsync(text) : call.SendStatusAsync(200, text);
    }
}
