using System.Text.Json.Nodes;

namespace Gateway.Conformance.Tests;

/// <summary>The newer shapes, driven by the unmodified packages of Anthropic and OpenAI for Node.</summary>
[Trait("Needs", "node")]
public sealed class ShapesNodeTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Anthropics_client_asks_streams_calls_tools_counts_and_reads_errors()
    {
        var seen = await GatewayScript.RunAsync("messages.mjs", gateway.Process, [RunningGateway.Model]);

        Assert.Equal((RunningGateway.Answer, "end_turn", "message"), (
            (string)seen["whole"]!["text"]!, (string)seen["whole"]!["stop"]!, (string)seen["whole"]!["type"]!));
        Assert.StartsWith("req_", (string?)seen["whole"]!["requestId"], StringComparison.Ordinal);
        AssertUsage(seen["whole"]!["usage"]!);
        Assert.Equal(
            ["message_start", "content_block_start", "content_block_delta"],
            seen["events"]!.AsArray().Take(3).Select(name => (string)name!));
        Assert.Equal(
            ["content_block_stop", "message_delta", "message_stop"],
            seen["events"]!.AsArray().TakeLast(3).Select(name => (string)name!));
        Assert.Equal((RunningGateway.Answer, RunningGateway.Answer, "end_turn"), (
            (string)seen["helper"]!["text"]!, (string)seen["helper"]!["heard"]!, (string)seen["helper"]!["stop"]!));
        AssertUsage(seen["helper"]!["usage"]!);
        AssertLoop(seen["tools"]!);
        AssertLoop(seen["toolsStreamed"]!);
        Assert.True((int)seen["count"]! > 4);
        Assert.Equal(RunningGateway.Answer, (string?)seen["keyHeader"]);
        Assert.True((int)seen["aborted"]! >= 1);
        Assert.Equal(
            [
                ("NotFoundError", 404, "not_found_error", "model_not_found", true),
                ("BadRequestError", 400, "invalid_request_error", "invalid_value", true),
                ("BadRequestError", 400, "invalid_request_error", "unsupported_parameter", true),
                ("AuthenticationError", 401, "authentication_error", "invalid_api_key", true),
            ],
            seen["errors"]!.AsArray().Select(error => (
                (string)error!["name"]!, (int)error["status"]!, (string)error["type"]!, (string)error["code"]!,
                (bool)error["hasId"]!)));
    }

    [Fact]
    public async Task OpenAis_client_makes_responses_and_completions()
    {
        var seen = await GatewayScript.RunAsync("responses.mjs", gateway.Process, [RunningGateway.Model]);

        Assert.Equal((RunningGateway.Answer, "completed", "b"), (
            (string)seen["whole"]!["text"]!, (string)seen["whole"]!["status"]!,
            (string)seen["whole"]!["metadata"]!["a"]!));
        AssertUsage(seen["whole"]!["usage"]!);
        var events = seen["events"]!.AsArray().Select(name => (string)name!).ToList();
        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added"], events[..3]);
        Assert.Equal(["response.output_item.done", "response.completed"], events[^2..]);
        Assert.Equal(
            Enumerable.Range(0, events.Count), seen["numbers"]!.AsArray().Select(number => (int)number!));
        Assert.Equal(RunningGateway.Answer, (string?)seen["helper"]!["text"]);
        AssertUsage(seen["helper"]!["usage"]!);
        AssertLoop(seen["tools"]!);
        AssertLoop(seen["toolsStreamed"]!);
        Assert.Equal("response.input_tokens", (string?)seen["count"]!["object"]);
        Assert.True((int)seen["count"]!["input_tokens"]! > 0);
        foreach (var completion in new[] { seen["completion"]!, seen["completionStream"]! })
        {
            Assert.Equal((RunningGateway.Answer, "stop"), (
                (string)completion["text"]!, (string)completion["finish"]!));
            Assert.True((long)completion["usage"]!["cost_nusd"]! > 0);
        }

        AssertPrompts(seen);
        Assert.Equal(
            [
                ("NotFoundError", 404, "model_not_found", "model"),
                ("NotFoundError", 404, "not_found", "previous_response_id"),
                ("NotFoundError", 404, "not_found", null),
                ("BadRequestError", 400, "unsupported_parameter", "suffix"),
            ],
            seen["errors"]!.AsArray().Select(error => (
                (string)error!["name"]!, (int)error["status"]!, (string)error["code"]!, (string?)error["param"])));
    }

    private static void AssertPrompts(JsonNode seen)
    {
        var several = seen["completionPrompts"]!;
        Assert.Equal([0, 1, 2, 3], several["indexes"]!.AsArray().Select(index => (int)index!));
        Assert.All(several["texts"]!.AsArray(), text => Assert.Equal(RunningGateway.Answer, (string?)text));
        Assert.True((long)several["usage"]!["cost_nusd"]! > 0);
        Assert.Equal(
            new[] { "x", "y", "z" }.Select((prompt, index) => (index.ToString(), prompt + RunningGateway.Answer)),
            seen["completionPromptsStream"]!.AsObject().OrderBy(one => one.Key, StringComparer.Ordinal)
                .Select(one => (one.Key, (string)one.Value!)));
    }

    private static void AssertLoop(JsonNode loop)
    {
        Assert.Equal(RunningGateway.Answer, (string?)loop["text"]);
        Assert.Equal(408, loop["product"] is { } product
            ? (int)product
            : (int)loop["input"]!["a"]! * (int)loop["input"]!["b"]!);
    }

    private static void AssertUsage(JsonNode usage)
    {
        Assert.True((int)usage["input_tokens"]! > 0 && (int)usage["output_tokens"]! > 0);
        Assert.True((long?)usage["cost_nusd"] is null or > 0);
    }
}
