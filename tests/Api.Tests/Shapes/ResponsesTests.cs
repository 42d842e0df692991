using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Shapes;

/// <summary>POST /v1/responses, without a store.</summary>
public sealed class ResponsesTests(ShapeGateway fixture) : IClassFixture<ShapeGateway>
{
    private const string Path = "responses";

    [Fact]
    public async Task An_answer_is_a_response_of_items_with_its_price()
    {
        var answer = await fixture.JsonAsync(
            Path, Ask("think", """ "instructions":"Be brief.","metadata":{"a":"b"},"""));

        Assert.StartsWith("resp_", (string?)answer["id"], StringComparison.Ordinal);
        Assert.Equal(("response", "completed", ShapeGateway.Model), (
            (string)answer["object"]!, (string)answer["status"]!, (string)answer["model"]!));
        Assert.Equal(["reasoning", "message"], Kinds(answer));
        Assert.Equal("Two and two.", (string?)answer["output"]![0]!["content"]![0]!["text"]);
        Assert.Equal("It is four.", (string?)answer["output"]![1]!["content"]![0]!["text"]);
        Assert.Equal(("Be brief.", "b", false), (
            (string)answer["instructions"]!, (string)answer["metadata"]!["a"]!, (bool)answer["store"]!));
        AssertUsage(answer["usage"]!);
    }

    [Fact]
    public async Task A_function_to_be_called_is_an_item_of_its_own()
    {
        var answer = await fixture.JsonAsync(Path, Ask("tools"));

        Assert.Equal(["function_call", "function_call"], Kinds(answer));
        var call = answer["output"]![0]!;
        Assert.Equal(("call_0", "weather", """{"city":"Rome"}"""), (
            (string)call["call_id"]!, (string)call["name"]!, (string)call["arguments"]!));
    }

    [Fact]
    public async Task An_answer_at_its_limit_is_incomplete()
    {
        var whole = await fixture.JsonAsync(Path, Ask("long"));
        var events = await fixture.EventsAsync(Path, Ask("long", """ "stream":true,"""));

        Assert.Equal("incomplete", (string?)whole["status"]);
        Assert.Equal("max_output_tokens", (string?)whole["incomplete_details"]!["reason"]);
        Assert.Equal("response.incomplete", events[^2].Name);
        Assert.Equal("max_output_tokens", (string?)events[^2].Data!["response"]!["incomplete_details"]!["reason"]);
    }

    [Fact]
    public async Task A_stream_numbers_its_events_and_says_the_same_as_the_response_at_its_end()
    {
        var events = await fixture.EventsAsync(Path, Ask("think", """ "stream":true,"""));

        Assert.Null(events[^1].Data);
        var told = events[..^1];
        Assert.All(told, one => Assert.Equal(one.Name, (string?)one.Data!["type"]));
        Assert.Equal(Enumerable.Range(0, told.Count), told.Select(one => (int)one.Data!["sequence_number"]!));
        Assert.Equal(
            [
                "created", "in_progress", "output_item.added", "content_part.added", "reasoning_text.delta",
                "reasoning_text.delta", "reasoning_text.done", "content_part.done", "output_item.done",
                "output_item.added", "content_part.added", "output_text.delta", "output_text.delta",
                "output_text.done", "content_part.done", "output_item.done", "completed",
            ],
            told.Select(one => one.Name!["response.".Length..]));
        var response = told[^1].Data!["response"]!;
        Assert.Equal("It is four.", (string?)response["output"]![1]!["content"]![0]!["text"]);
        Assert.Equal("It is four.", string.Concat(told.Where(one => one.Name == "response.output_text.delta")
            .Select(one => (string)one.Data!["delta"]!)));
        Assert.True(JsonNode.DeepEquals(
            response["output"]![1], told.Last(one => one.Name == "response.output_item.done").Data!["item"]));
        AssertUsage(response["usage"]!);
    }

    [Fact]
    public async Task Calls_stream_with_their_arguments()
    {
        var events = await fixture.EventsAsync(Path, Ask("tools", """ "stream":true,"""));

        var done = events.Where(one => one.Name == "response.function_call_arguments.done").ToList();
        Assert.Equal(
            ["""{"city":"Rome"}""", """{"city":"Oslo"}"""], done.Select(one => (string)one.Data!["arguments"]!));
        Assert.All(done, one => Assert.Equal((string?)one.Data!["arguments"], string.Concat(events
            .Where(other => other.Name == "response.function_call_arguments.delta"
                && (int)other.Data!["output_index"]! == (int)one.Data!["output_index"]!)
            .Select(other => (string)other.Data!["delta"]!))));
        Assert.Equal(["message", "function_call", "function_call"], Kinds(events[^2].Data!["response"]!));
    }

    [Fact]
    public async Task A_refusal_is_a_part_of_its_own()
    {
        var whole = await fixture.JsonAsync(Path, Ask("refuse"));
        var events = await fixture.EventsAsync(Path, Ask("refuse", """ "stream":true,"""));

        Assert.Equal("I will not.", (string?)whole["output"]![0]!["content"]![0]!["refusal"]);
        Assert.Equal(
            "I will not.", (string?)events.Single(one => one.Name == "response.refusal.done").Data!["refusal"]);
    }

    [Fact]
    public async Task Log_probabilities_come_where_they_are_asked_for()
    {
        var fields = """ "include":["message.output_text.logprobs"],"top_logprobs":1,""";
        var whole = await fixture.JsonAsync(Path, Ask("rank", fields));
        var events = await fixture.EventsAsync(Path, Ask("rank", fields + """ "stream":true,"""));

        Assert.Equal("It", (string?)whole["output"]![0]!["content"]![0]!["logprobs"]![0]!["token"]);
        var delta = Assert.Single(events, one => one.Name == "response.output_text.delta").Data!;
        Assert.Equal(-0.5, (double)delta["logprobs"]![0]!["logprob"]!);
        Assert.Equal(1, fixture.Asked.GetProperty("top_logprobs").GetInt32());
    }

    [Fact]
    public async Task A_stream_that_dies_ends_in_a_failed_response_and_costs_nothing()
    {
        var before = await CreditAsync();
        var events = await fixture.EventsAsync(Path, Ask("die", """ "stream":true,"""));

        Assert.Equal(["error", "response.failed", null], events[^3..].Select(one => one.Name));
        Assert.Equal("all_experts_failed", (string?)events[^2].Data!["response"]!["error"]!["code"]);
        Assert.Equal(before, await CreditAsync());
    }

    [Fact]
    public async Task A_conversation_reaches_the_expert_as_a_chat()
    {
        await fixture.JsonAsync(Path, $$"""
            {"model":"{{ShapeGateway.Model}}","max_output_tokens":50,"instructions":"Be brief.","user":"someone",
             "reasoning":{"effort":"low"},
             "text":{"format":{"type":"json_schema","name":"n","strict":true,"schema":{} } },
             "tools":[{"type":"function","name":"weather","parameters":{"type":"object"},"strict":true}],
             "tool_choice":{"type":"function","name":"weather"},
             "input":[
               {"role":"user","content":"Weather?"},
               {"type":"reasoning","id":"r","summary":[],"content":[{"type":"reasoning_text","text":"Hm."}]},
               {"type":"message","role":"assistant","content":[{"type":"output_text","text":"I look."}]},
               {"type":"function_call","call_id":"c1","name":"weather","arguments":"{}"},
               {"type":"function_call_output","call_id":"c1","output":"down"},
               {"role":"user","content":[{"type":"input_text","text":"Go on."}]}]}
            """);

        var asked = JsonNode.Parse(fixture.Asked.GetRawText())!;
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                [{"role":"system","content":"Be brief."},
                 {"role":"user","content":"Weather?"},
                 {"role":"assistant","content":[{"type":"text","text":"I look."}],"reasoning_content":"Hm.",
                  "tool_calls":
                   [{"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"c1","content":"down"},
                 {"role":"user","content":[{"type":"text","text":"Go on."}]}]
                """),
            asked["messages"]), asked.ToJsonString());
        Assert.Equal(("weather", "weather", "n", "low", 50), (
            (string)asked["tools"]![0]!["function"]!["name"]!, (string)asked["tool_choice"]!["function"]!["name"]!,
            (string)asked["response_format"]!["json_schema"]!["name"]!, (string)asked["reasoning_effort"]!,
            (int)asked["max_completion_tokens"]!));
        Assert.Null(asked["user"]);
    }

    [Theory]
    [InlineData(""" "conversation":"c", """, "unsupported_parameter", "conversation")]
    [InlineData(""" "prompt":{"id":"p"}, """, "unsupported_parameter", "prompt")]
    [InlineData(""" "background":true, """, "unsupported_parameter", "background")]
    [InlineData(""" "truncation":"auto", """, "unsupported_value", "truncation")]
    [InlineData(""" "tools":[{"type":"web_search"}], """, "unsupported_parameter", "tools[0].type")]
    [InlineData(""" "tool_choice":{"type":"mcp"}, """, "unsupported_parameter", "tool_choice.type")]
    [InlineData(""" "include":["file_search_call.results"], """, "unsupported_parameter", "include[0]")]
    [InlineData(""" "messages":[], """, "unsupported_parameter", "messages")]
    [InlineData(""" "max_tokens":5, """, "unsupported_parameter", "max_tokens")]
    [InlineData(""" "max_output_tokens":0, """, "invalid_value", "max_output_tokens")]
    [InlineData(""" "text":{"format":{"type":"xml"}}, """, "invalid_value", "text.format.type")]
    [InlineData(""" "reasoning":{"effort":"some"}, """, "invalid_value", "reasoning_effort")]
    public async Task A_wrong_field_is_refused_by_its_name(string fields, string code, string param) =>
        Assert.Equal((400, code, param), await fixture.RefusalAsync(Path, Ask("x", fields)));

    [Theory]
    [InlineData("""{"type":"item_reference","id":"x"}""", "input[0].type")]
    [InlineData("""{"role":"tool","content":"x"}""", "input[0].role")]
    [InlineData("""{"role":"user"}""", "input[0].content")]
    [InlineData("""{"role":"user","content":[{"type":"input_file"}]}""", "input[0].content[0].type")]
    [InlineData("""{"role":"user","content":[{"type":"input_image","file_id":"f"}]}""",
        "input[0].content[0].image_url")]
    [InlineData("""{"type":"function_call","call_id":1,"name":"n","arguments":"{}"}""", "input[0].call_id")]
    public async Task A_wrong_item_is_refused_by_its_place(string item, string param)
    {
        var (status, _, named) = await fixture.RefusalAsync(
            Path, $$"""{"model":"{{ShapeGateway.Model}}","input":[{{item}}]}""");

        Assert.Equal((400, param), (status, named));
    }

    [Fact]
    public async Task What_has_no_effect_and_what_nobody_knows_is_told()
    {
        using var answer = await fixture.PostAsync(Path, Ask("x", """ "max_tool_calls":1,"strange":1,"""));

        Assert.Equal("max_tool_calls", answer.Headers.GetValues("x-gateway-ignored").Single());
        Assert.Equal("strange", answer.Headers.GetValues("x-gateway-unverified").Single());
    }

    [Fact]
    public async Task Tokens_are_counted_for_free_and_the_count_is_marked_as_an_estimate()
    {
        var before = await CreditAsync();
        using var answer = await fixture.PostAsync("responses/input_tokens", Ask(new string('a', 400)));
        var count = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ShapeGateway.Token))!;

        Assert.Equal(("response.input_tokens", 100), ((string)count["object"]!, (int)count["input_tokens"]!));
        Assert.Equal("true", answer.Headers.GetValues("x-gateway-estimated").Single());
        Assert.Equal(before, await CreditAsync());
    }

    private static string Ask(string does, string fields = "") =>
        $$"""{"model":"{{ShapeGateway.Model}}",{{fields}}"input":"{{does}}"}""";

    private static IEnumerable<string> Kinds(JsonNode response) =>
        response["output"]!.AsArray().Select(item => (string)item!["type"]!);

    private static void AssertUsage(JsonNode usage)
    {
        Assert.Equal((10, 4, 6, 16), (
            (int)usage["input_tokens"]!, (int)usage["input_tokens_details"]!["cached_tokens"]!,
            (int)usage["output_tokens"]!, (int)usage["total_tokens"]!));
        Assert.Equal(60_000, (long)usage["cost_nusd"]!);
    }

    private async Task<long> CreditAsync() =>
        (long)(await fixture.Gateway.GetAsync("v1/credits", ShapeGateway.Token))["data"]!["total_usage_nusd"]!;
}
