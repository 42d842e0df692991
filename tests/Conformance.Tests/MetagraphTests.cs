using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Conformance.Tests;

/// <summary>A real gateway on its simulated chain, which polkadot.js changes: who may be asked is what the chain says.
/// </summary>
[Trait("Needs", "node")]
public sealed class MetagraphTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_miner_that_loses_its_place_on_the_chain_is_not_asked_any_more()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var gateway = await GatewayProcess.StartReadyAsync(
            GatewayProcess.NewDataDirectory(), "--Gateway:DevNet:BlockTime=00:00:00.1");
        using var client = gateway.CreateClient();
        var miners = gateway.DevNet["miners"]!.AsArray().ToDictionary(
            miner => (string)miner!["hotkey"]!, miner => (string)miner!["models"]![0]!);
        foreach (var (hotkey, model) in miners)
        {
            Assert.NotEqual(HttpStatusCode.NotFound, await AskAsync(client, model, hotkey, ct));
        }

        var seen = await NodeScript.RunAsync("polkadot.mjs", [(string)gateway.DevNet["chainUrl"]!, "prune"], ct);
        Assert.Null((string?)seen["error"]);
        Assert.Equal(16, (int)seen["count"]!);
        var gone = (string)seen["gone"]!.AsArray().Single()!;
        if (!miners.TryGetValue(gone, out var served))
        {
            Assert.Fail($"The worst neuron was a validator: {gone}.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        while (await AskAsync(client, served, gone, limit.Token) is not HttpStatusCode.NotFound)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limit.Token);
        }

        var other = miners.First(miner => miner.Key != gone);
        Assert.NotEqual(HttpStatusCode.NotFound, await AskAsync(client, other.Value, other.Key, ct));
    }

    private static async Task<HttpStatusCode> AskAsync(
        HttpClient client, string model, string hotkey, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "What is 2 + 2?" }),
            ["routing"] = new JsonObject { ["only"] = new JsonArray(hotkey), ["fallback"] = false },
        };
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("v1/chat/completions", UriKind.Relative), content, ct);
        return answer.StatusCode;
    }
}
