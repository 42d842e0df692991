namespace Gateway.Api.Tests.Shapes;

/// <summary>POST /v1/completions, and GET /v1/generation of any answer.</summary>
public sealed class CompletionsTests(ShapeGateway fixture) : IClassFixture<ShapeGateway>
{
    private const string Path = "completions";

    [Fact]
    public async Task An_answer_is_text_with_its_price()
    {
        var answer = await fixture.JsonAsync(Path, Ask("x"));

        Assert.StartsWith("cmpl-", (string?)answer["id"], StringComparison.Ordinal);
        Assert.Equal(("text_completion", "It is four.", "stop"), (
            (string)answer["object"]!, (string)answer["choices"]![0]!["text"]!,
            (string)answer["choices"]![0]!["finish_reason"]!));
        Assert.Equal((10, 60_000), ((int)answer["usage"]!["prompt_tokens"]!, (long)answer["usage"]!["cost_nusd"]!));
        Assert.Equal(16, fixture.Asked.GetProperty("max_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stream_has_no_names_and_ends_with_its_usage_and_the_mark()
    {
        var events = await fixture.EventsAsync(Path, Ask("x", """ "echo":true,"stream":true,"""));

        Assert.All(events, one => Assert.Null(one.Name));
        Assert.Null(events[^1].Data);
        Assert.Equal(60_000, (long)events[^2].Data!["usage"]!["cost_nusd"]!);
        Assert.Equal("xIt is four.", string.Concat(
            events[..^1].Select(one => (string?)one.Data!["choices"]![0]!["text"])));
        Assert.Equal("stop", (string?)events[^3].Data!["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public async Task Usage_stands_alone_where_it_is_asked_for()
    {
        var events = await fixture.EventsAsync(
            Path, Ask("x", """ "stream":true,"stream_options":{"include_usage":true},"""));

        Assert.Empty(events[^2].Data!["choices"]!.AsArray());
        Assert.All(events[..^2], one => Assert.Null(one.Data!["usage"]));
    }

    [Fact]
    public async Task Log_probabilities_are_four_lists()
    {
        var answer = await fixture.JsonAsync(Path, Ask("rank", """ "logprobs":1,"""));

        var logprobs = answer["choices"]![0]!["logprobs"]!;
        Assert.Equal(("It", -0.5, 0), (
            (string)logprobs["tokens"]![0]!, (double)logprobs["token_logprobs"]![0]!,
            (int)logprobs["text_offset"]![0]!));
        Assert.Equal(-0.5, (double)logprobs["top_logprobs"]![0]!["It"]!);
    }

    [Fact]
    public async Task A_stream_that_dies_ends_in_an_error_without_the_mark()
    {
        var events = await fixture.EventsAsync(Path, Ask("die", """ "stream":true,"""));

        Assert.Equal("all_experts_failed", (string?)events[^1].Data!["error"]!["code"]);
    }

    [Theory]
    [InlineData(""" "suffix":"end", """, "unsupported_parameter", "suffix")]
    [InlineData(""" "best_of":1,"n":2, """, "invalid_value", "best_of")]
    [InlineData(""" "best_of":2,"n":2,"stream":true, """, "unsupported_parameter", "best_of")]
    [InlineData(""" "logprobs":6, """, "invalid_value", "logprobs")]
    [InlineData(""" "logprobs":1,"echo":true, """, "unsupported_parameter", "logprobs")]
    [InlineData(""" "messages":[], """, "unsupported_parameter", "messages")]
    public async Task A_wrong_field_is_refused_by_its_name(string fields, string code, string param) =>
        Assert.Equal((400, code, param), await fixture.RefusalAsync(Path, Ask("x", fields)));

    [Theory]
    [InlineData("[1,2]", "unsupported_parameter")]
    [InlineData("[[1]]", "unsupported_parameter")]
    [InlineData("""["a",[1]]""", "unsupported_parameter")]
    [InlineData("[]", "invalid_type")]
    [InlineData("5", "invalid_type")]
    public async Task A_prompt_is_text(string prompt, string code) =>
        Assert.Equal((400, code, "prompt"), await fixture.RefusalAsync(
            Path, $$"""{"model":"{{ShapeGateway.Model}}","prompt":{{prompt}}}"""));

    [Fact]
    public async Task Complaint_36_A_generation_is_found_by_the_receipts_id_and_by_the_answers()
    {
        using var answer = await fixture.PostAsync("messages", $$"""
            {"model":"{{ShapeGateway.Model}}","max_tokens":50,"messages":[{"role":"user","content":"x"}]}
            """);
        var id = answer.Headers.GetValues("x-gateway-receipt").Single();
        var message = System.Text.Json.Nodes.JsonNode.Parse(
            await answer.Content.ReadAsStringAsync(ShapeGateway.Token))!["id"];

        foreach (var name in new[] { id, (string)message! })
        {
            var found = await fixture.Gateway.GetAsync($"v1/generation?id={name}", ShapeGateway.Token);
            var data = found["data"]!;
            Assert.Equal((name, id, ShapeGateway.Model, 10, 6), (
                (string)data["id"]!, (string)data["request_id"]!, (string)data["model"]!,
                (int)data["tokens_prompt"]!, (int)data["tokens_completion"]!));
            Assert.Equal((60_000, "static/scripted", false, "stop"), (
                (long)data["total_cost_nusd"]!, (string)data["provider_name"]!, (bool)data["cancelled"]!,
                (string)data["finish_reason"]!));
            Assert.True((int)data["latency"]! >= 0 && (int)data["generation_time"]! >= 0);
        }
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("?id=req_00000000000000000000000000000000", 404)]
    [InlineData("?id=chatcmpl-xyz", 404)]
    [InlineData("?id=x&more=1", 400)]
    public async Task A_generation_that_is_not_there_is_refused(string query, int status)
    {
        using var answer = await fixture.Gateway.Client.GetAsync(
            new Uri($"v1/generation{query}", UriKind.Relative), ShapeGateway.Token);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    private static string Ask(string does, string fields = "") =>
        $$"""{"model":"{{ShapeGateway.Model}}",{{fields}}"prompt":"{{does}}"}""";
}
