using System.Text.Json.Nodes;

namespace Gateway.Conformance.Tests;

/// <summary>The openai package for Node, unmodified.</summary>
[Trait("Needs", "node")]
public sealed class OpenAiNodeTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private const string Answer = "408";

    [Fact]
    public async Task Chat_streaming_models_and_errors_work_with_a_static_expert()
    {
        var seen = await RunAsync(RunningGateway.Model);

        Assert.Contains(Answer, (string)seen["tools"]!["content"]!, StringComparison.Ordinal);
        Assert.Equal(
            ("408", "user assistant tool assistant"),
            ((string)seen["tools"]!["result"]!,
                string.Join(' ', seen["tools"]!["roles"]!.AsArray().Select(role => (string)role!))));
        Assert.Equal(Answer, (string)seen["parsed"]!["a"]!);
    }

    [Fact]
    public Task Chat_streaming_models_and_errors_work_with_a_miner_of_the_simulated_network() =>
        RunAsync("devnet-large", gateway.HonestMiner);

    private async Task<JsonNode> RunAsync(string model, params string[] only)
    {
        var seen = await GatewayScript.RunAsync("chat.mjs", gateway.Process, [model, .. only]);

        Assert.Contains(model, seen["models"]!.AsArray().Select(id => (string)id!));
        Assert.Equal(model, (string)seen["model"]!);

        var whole = seen["whole"]!;
        Assert.Contains(Answer, (string)whole["content"]!, StringComparison.Ordinal);
        Assert.Equal(("stop", "chat.completion"), ((string)whole["finish"]!, (string)whole["object"]!));
        AssertUsage(whole["usage"]!);

        var stream = seen["stream"]!;
        Assert.Contains(Answer, (string)stream["content"]!, StringComparison.Ordinal);
        Assert.Equal("stop", (string)stream["finish"]!);
        Assert.Equal(0, (int)stream["usageWithChoices"]!);
        Assert.True((int)stream["chunks"]! > 2);
        AssertUsage(stream["usage"]!);

        Assert.Contains(Answer, (string)seen["helper"]!["content"]!, StringComparison.Ordinal);
        Assert.Equal("stop", (string)seen["helper"]!["finish"]!);
        Assert.Equal([0, 1], seen["choices"]!.AsArray().Select(choice => (int)choice![0]!));
        Assert.All(seen["choices"]!.AsArray(), choice =>
            Assert.Contains(Answer, (string)choice![1]!, StringComparison.Ordinal));
        Assert.All(seen["streamed"]!.AsArray(), text =>
            Assert.Contains(Answer, (string)text!, StringComparison.Ordinal));
        Assert.DoesNotContain("4", (string)seen["stopped"]!, StringComparison.Ordinal);
        Assert.Equal((string)seen["raw"]!["requestId"]!, (string)seen["raw"]!["receipt"]!);
        Assert.True((int)seen["aborted"]! >= 1);
        Assert.Equal(
            [
                ("NotFoundError", 404, "model_not_found"),
                ("BadRequestError", 400, "invalid_value"),
                ("AuthenticationError", 401, "invalid_api_key"),
            ],
            seen["errors"]!.AsArray().Select(error =>
                ((string)error!["name"]!, (int)error["status"]!, (string)error["code"]!)));
        return seen;
    }

    private static void AssertUsage(JsonNode usage)
    {
        Assert.True((int)usage["prompt_tokens"]! > 0 && (int)usage["completion_tokens"]! > 0);
        Assert.Equal((int)usage["total_tokens"]!, (int)usage["prompt_tokens"]! + (int)usage["completion_tokens"]!);
        Assert.True((long)usage["cost_nusd"]! > 0);
        Assert.False((bool)usage["estimated"]!);
    }
}
