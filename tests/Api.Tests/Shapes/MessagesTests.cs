using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Shapes;

/// <summary>POST /v1/messages, in Anthropic's shape.</summary>
public sealed class MessagesTests(ShapeGateway fixture) : IClassFixture<ShapeGateway>
{
    private const string Path = "messages";

    [Fact]
    public async Task An_answer_is_a_message_of_blocks_with_its_price()
    {
        var answer = await fixture.JsonAsync(Path, Ask("think"));

        Assert.StartsWith("msg_", (string?)answer["id"], StringComparison.Ordinal);
        Assert.Equal(("message", "assistant", ShapeGateway.Model, "end_turn"), (
            (string)answer["type"]!, (string)answer["role"]!, (string)answer["model"]!,
            (string)answer["stop_reason"]!));
        Assert.Equal(["thinking", "text"], Kinds(answer["content"]!));
        Assert.Equal("It is four.", (string?)answer["content"]![1]!["text"]);
        AssertUsage(answer["usage"]!);
    }

    [Fact]
    public async Task A_call_of_a_tool_has_its_input_as_an_object()
    {
        var answer = await fixture.JsonAsync(Path, Ask("tools"));

        Assert.Equal(["tool_use", "tool_use"], Kinds(answer["content"]!));
        Assert.Equal("Rome", (string?)answer["content"]![0]!["input"]!["city"]);
        Assert.Equal(("call_0", "weather", "tool_use"), (
            (string)answer["content"]![0]!["id"]!, (string)answer["content"]![0]!["name"]!,
            (string)answer["stop_reason"]!));
    }

    [Theory]
    [InlineData("long", "max_tokens")]
    [InlineData("refuse", "refusal")]
    public async Task An_end_has_its_reason(string does, string reason)
    {
        var whole = await fixture.JsonAsync(Path, Ask(does));
        var events = await fixture.EventsAsync(Path, Ask(does, """ "stream":true,"""));

        Assert.Equal(reason, (string?)whole["stop_reason"]);
        Assert.Equal(reason, (string?)events[^2].Data!["delta"]!["stop_reason"]);
    }

    [Fact]
    public async Task A_stream_has_named_events_that_make_the_message()
    {
        var events = await fixture.EventsAsync(Path, Ask("think", """ "stream":true,"""));

        Assert.All(events, one => Assert.Equal(one.Name, (string?)one.Data!["type"]));
        Assert.Equal(
            [
                "message_start", "content_block_start", "content_block_delta", "content_block_delta",
                "content_block_stop", "content_block_start", "content_block_delta", "content_block_delta",
                "content_block_stop", "message_delta", "message_stop",
            ],
            events.Select(one => one.Name));
        Assert.Equal("It is four.", string.Concat(events.Select(one => (string?)one.Data!["delta"]?["text"])));
        Assert.Equal("Two and two.", string.Concat(events.Select(one => (string?)one.Data!["delta"]?["thinking"])));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], events.Where(one => one.Data!["index"] is not null)
            .Select(one => (int)one.Data!["index"]!));
        AssertUsage(events[^2].Data!["usage"]!);
    }

    [Fact]
    public async Task Calls_of_tools_stream_as_blocks_whose_pieces_are_json()
    {
        var events = await fixture.EventsAsync(Path, Ask("tools", """ "stream":true,"""));

        var inputs = events.Where(one => (string?)one.Data!["delta"]?["type"] == "input_json_delta")
            .GroupBy(one => (int)one.Data!["index"]!, one => (string)one.Data!["delta"]!["partial_json"]!)
            .ToDictionary(group => group.Key, group => (string?)JsonNode.Parse(string.Concat(group))!["city"]);
        Assert.Equal(new Dictionary<int, string?> { [1] = "Rome", [2] = "Oslo" }, inputs);
        Assert.Equal(3, events.Count(one => one.Name == "content_block_start"));
        Assert.Equal(3, events.Count(one => one.Name == "content_block_stop"));
        Assert.Equal("tool_use", (string?)events[^2].Data!["delta"]!["stop_reason"]);
    }

    [Fact]
    public async Task A_stream_that_dies_ends_in_an_error_and_costs_nothing()
    {
        var before = await CreditAsync();
        var events = await fixture.EventsAsync(Path, Ask("die", """ "stream":true,"""));

        var (name, data) = events[^1];
        Assert.Equal(("error", "api_error"), (name, (string)data!["error"]!["type"]!));
        Assert.Equal(0, (long)data["error"]!["details"]!["charge_nusd"]!);
        Assert.DoesNotContain(events, one => one.Name is "message_stop" or "message_delta");
        Assert.Equal(before, await CreditAsync());
    }

    [Theory]
    [InlineData("""["four","is "]""", "It ", "stop_sequence", "is ")]
    [InlineData("""["s four"]""", "It i", "stop_sequence", "s four")]
    [InlineData("""["five"]""", "It is four.", "end_turn", null)]
    public async Task The_stop_sequence_that_ended_an_answer_is_told(
        string stops, string text, string reason, string? stop)
    {
        var fields = $$""" "stop_sequences":{{stops}},""";
        var whole = await fixture.JsonAsync(Path, Ask("x", fields));
        var events = await fixture.EventsAsync(Path, Ask("x", fields + """ "stream":true,"""));

        Assert.Equal((text, reason, stop), (
            (string)whole["content"]![0]!["text"]!, (string)whole["stop_reason"]!, (string?)whole["stop_sequence"]));
        var ended = Assert.Single(events, one => one.Name == "message_delta").Data!["delta"]!;
        Assert.Equal((reason, stop), ((string)ended["stop_reason"]!, (string?)ended["stop_sequence"]));
        Assert.Equal(text, string.Concat(events.Select(one => (string?)one.Data?["delta"]?["text"])));
        Assert.False(fixture.Asked.TryGetProperty("stop", out _));
    }

    [Fact]
    public async Task A_conversation_reaches_the_expert_as_a_chat()
    {
        await fixture.JsonAsync(Path, $$"""
            {"model":"{{ShapeGateway.Model}}","max_tokens":50,"system":[{"type":"text","text":"Be brief."}],
             "stop_sequences":["END"],"top_k":5,"metadata":{"user_id":"someone"},
             "thinking":{"type":"enabled","budget_tokens":1024},
             "tools":[{"name":"weather","description":"d","input_schema":{"type":"object"} }],
             "tool_choice":{"type":"any","disable_parallel_tool_use":true},
             "messages":[
               {"role":"user","content":"Weather?"},
               {"role":"assistant","content":[{"type":"thinking","thinking":"Hm.","signature":""},
                 {"type":"text","text":"I look."},
                 {"type":"tool_use","id":"t1","name":"weather","input":{"city":"Rome"} }]},
               {"role":"user","content":[{"type":"text","text":"Go on."},
                 {"type":"tool_result","tool_use_id":"t1","is_error":true,"content":[{"type":"text","text":"down"}]}]}]}
            """);

        var asked = JsonNode.Parse(fixture.Asked.GetRawText())!;
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                [{"role":"system","content":[{"type":"text","text":"Be brief."}]},
                 {"role":"user","content":"Weather?"},
                 {"role":"assistant","content":[{"type":"text","text":"I look."}],"reasoning_content":"Hm.",
                  "tool_calls":
                   [{"id":"t1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]},
                 {"role":"tool","tool_call_id":"t1","content":"[the tool failed] down"},
                 {"role":"user","content":[{"type":"text","text":"Go on."}]}]
                """),
            asked["messages"]), asked.ToJsonString());
        Assert.Equal(("required", false, 5, 50, "low"), (
            (string)asked["tool_choice"]!, (bool)asked["parallel_tool_calls"]!, (int)asked["top_k"]!,
            (int)asked["max_tokens"]!, (string)asked["reasoning_effort"]!));
        Assert.Equal("weather", (string?)asked["tools"]![0]!["function"]!["name"]);
        Assert.Null(asked["stop"]);
        Assert.Null(asked["user"]);
    }

    [Theory]
    [InlineData(""" "max_tokens":5,"messages":[{"role":"user","content":"x"}] """,
        "missing_required_parameter", "model")]
    [InlineData(""" "model":"m","messages":[{"role":"user","content":"x"}] """,
        "missing_required_parameter", "max_tokens")]
    [InlineData(""" "model":"m","max_tokens":5 """, "missing_required_parameter", "messages")]
    [InlineData(""" "container":"c", """, "unsupported_parameter", "container")]
    [InlineData(""" "mcp_servers":[], """, "unsupported_parameter", "mcp_servers")]
    [InlineData(""" "n":2, """, "unsupported_parameter", "n")]
    [InlineData(""" "response_format":{}, """, "unsupported_parameter", "response_format")]
    [InlineData(""" "temperature":1.5, """, "invalid_value", "temperature")]
    [InlineData(""" "thinking":{"type":"enabled"}, """, "missing_required_parameter", "thinking.budget_tokens")]
    [InlineData(""" "tools":[{"type":"web_search_20250305","name":"w"}], """, "unsupported_parameter", "tools[0].type")]
    [InlineData(""" "tool_choice":{"type":"tool","name":"x"}, """, "invalid_value", "tool_choice")]
    [InlineData(""" "stop_sequences":["1","2","3","4","5"], """, "invalid_value", "stop_sequences")]
    [InlineData(""" "metadata":{"name":"x"}, """, "unknown_parameter", "metadata.name")]
    public async Task A_wrong_field_is_refused_by_its_name(string fields, string code, string param)
    {
        var body = fields.TrimEnd().EndsWith(',') ? Ask("x", fields) : $"{{{fields}}}";

        Assert.Equal((400, code, param), await fixture.RefusalAsync(Path, body));
    }

    [Theory]
    [InlineData("""{"role":"user","content":[{"type":"document"}]}""", "messages[0].content[0].type")]
    [InlineData("""{"role":"user","content":[{"type":"image","source":{"type":"url","url":"http://x/"}}]}""",
        "messages[0].content[0].source.url")]
    [InlineData("""{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"f"}}]}""",
        "messages[0].content[0].source")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"x","citations":[{}]}]}""",
        "messages[0].content[0].citations")]
    [InlineData("""{"role":"tool","content":"x"}""", "messages[0].role")]
    [InlineData("""{"role":"user"}""", "messages[0].content")]
    [InlineData("""{"role":"assistant","content":"It is"}""", "messages[0]")]
    public async Task A_wrong_block_is_refused_by_its_place(string message, string param)
    {
        var body = $$"""{"model":"{{ShapeGateway.Model}}","max_tokens":5,"messages":[{{message}}]}""";

        var (status, _, named) = await fixture.RefusalAsync(Path, body);

        Assert.Equal((400, param), (status, named));
    }

    [Fact]
    public async Task Errors_are_in_their_shape_also_before_the_body_is_read()
    {
        using var client = fixture.Gateway.CreateClient(null);
        using var content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        using var answer = await client.PostAsync(
            new Uri("v1/messages", UriKind.Relative), content, ShapeGateway.Token);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ShapeGateway.Token))!;

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(("error", "authentication_error"), ((string)error["type"]!, (string)error["error"]!["type"]!));
        Assert.Equal((string?)error["request_id"], answer.Headers.GetValues("request-id").Single());
    }

    [Fact]
    public async Task A_key_may_stand_in_a_header_of_its_own_but_only_once()
    {
        using var alone = fixture.Gateway.CreateClient(null);
        alone.DefaultRequestHeaders.Add("x-api-key", (string)fixture.Gateway.DevNet["apiKey"]!);
        using var twice = fixture.Gateway.CreateClient("gw-other");
        twice.DefaultRequestHeaders.Add("x-api-key", (string)fixture.Gateway.DevNet["apiKey"]!);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(alone, Path));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(twice, Path));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(alone, "chat/completions"));

        async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
        {
            using var content = new StringContent(Ask("x"), new MediaTypeHeaderValue("application/json"));
            using var answer = await client.PostAsync(
                new Uri($"v1/{path}", UriKind.Relative), content, ShapeGateway.Token);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task What_has_no_effect_is_told()
    {
        using var answer = await fixture.PostAsync(Path, $$"""
            {"model":"{{ShapeGateway.Model}}","max_tokens":5,"service_tier":"auto","strange":1,
             "messages":[{"role":"user",
             "content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"} }]}]}
            """, ("anthropic-beta", "some-beta"));

        Assert.Equal(
            "anthropic-beta, cache_control, service_tier", answer.Headers.GetValues("x-gateway-ignored").Single());
        Assert.Equal("strange", answer.Headers.GetValues("x-gateway-unverified").Single());
    }

    [Fact]
    public async Task Tokens_are_counted_for_free_and_the_count_is_marked_as_an_estimate()
    {
        var before = await CreditAsync();
        using var answer = await fixture.PostAsync("messages/count_tokens", $$"""
            {"model":"{{ShapeGateway.Model}}","messages":[{"role":"user","content":"{{new string('a', 400)}}"}]}
            """);
        var count = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ShapeGateway.Token))!;

        Assert.Equal(100, (int)count["input_tokens"]!);
        Assert.Equal("true", answer.Headers.GetValues("x-gateway-estimated").Single());
        Assert.Equal(before, await CreditAsync());
        Assert.Equal((404, "model_not_found", "model"), await fixture.RefusalAsync(
            "messages/count_tokens", """{"model":"nobody","messages":[{"role":"user","content":"x"}]}"""));
    }

    [Fact]
    public async Task A_receipt_names_the_endpoint_and_commits_to_what_was_sent_and_received()
    {
        var body = Ask("x");
        using var answer = await fixture.PostAsync(Path, body);
        var bytes = await answer.Content.ReadAsByteArrayAsync(ShapeGateway.Token);
        var receipt = await fixture.Gateway.GetAsync(
            $"v1/receipts/{answer.Headers.GetValues("x-gateway-receipt").Single()}", ShapeGateway.Token);

        var salt = Convert.FromHexString(answer.Headers.GetValues("x-receipt-salt").Single());
        Assert.Equal("/v1/messages", (string?)receipt["endpoint"]);
        Assert.Equal(Commitment(salt, System.Text.Encoding.UTF8.GetBytes(body)), (string?)receipt["request_commit"]);
        Assert.Equal(Commitment(salt, bytes), (string?)receipt["response_commit"]);
    }

    [Fact]
    public async Task An_answer_is_given_again_for_its_idempotency_key_in_the_same_shape()
    {
        var key = ("Idempotency-Key", "messages-once");
        using var first = await fixture.PostAsync(Path, Ask("tool"), key);
        var told = await first.Content.ReadAsStringAsync(ShapeGateway.Token);
        using var second = await fixture.PostAsync(Path, Ask("tool"), key);

        Assert.Equal("true", second.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(told, await second.Content.ReadAsStringAsync(ShapeGateway.Token));
        using var other = await fixture.PostAsync(Path, Ask("think"), key);
        var error = JsonNode.Parse(await other.Content.ReadAsStringAsync(ShapeGateway.Token))!;
        Assert.Equal(("error", "idempotency_key_reused"), ((string)error["type"]!, (string)error["error"]!["code"]!));
    }

    [Fact]
    public async Task A_streams_receipt_commits_to_what_came_before_its_usage()
    {
        using var answer = await fixture.PostAsync(Path, Ask("x", """ "stream":true,"""));
        var text = await answer.Content.ReadAsStringAsync(ShapeGateway.Token);
        var receipt = await fixture.Gateway.GetAsync(
            $"v1/receipts/{answer.Headers.GetValues("x-gateway-receipt").Single()}", ShapeGateway.Token);

        var salt = Convert.FromHexString(answer.Headers.GetValues("x-receipt-salt").Single());
        var before = text[..text.IndexOf("event: message_delta", StringComparison.Ordinal)];
        Assert.Equal(Commitment(salt, System.Text.Encoding.UTF8.GetBytes(before)), (string?)receipt["response_commit"]);
    }

    private static string Commitment(byte[] salt, byte[] bytes) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([.. salt, .. bytes]));

    private static string Ask(string does, string fields = "") => $$"""
        {"model":"{{ShapeGateway.Model}}",{{fields}}"max_tokens":50,"messages":[{"role":"user","content":"{{does}}"}]}
        """;

    private static IEnumerable<string> Kinds(JsonNode content) =>
        content.AsArray().Select(block => (string)block!["type"]!);

    private static void AssertUsage(JsonNode usage)
    {
        Assert.Equal((6, 4, 6), (
            (int)usage["input_tokens"]!, (int)usage["cache_read_input_tokens"]!, (int)usage["output_tokens"]!));
        Assert.Equal(60_000, (long)usage["cost_nusd"]!);
        Assert.False((bool)usage["estimated"]!);
    }

    private async Task<long> CreditAsync() =>
        (long)(await fixture.Gateway.GetAsync("v1/credits", ShapeGateway.Token))["data"]!["total_usage_nusd"]!;
}
