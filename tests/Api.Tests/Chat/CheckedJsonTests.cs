using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Chat;

/// <summary>Answers that must be JSON: checked, asked for again at nobody's cost, and refused where nobody gives them.
/// </summary>
public sealed class CheckedJsonTests(OwnGateway fixture) : IClassFixture<OwnGateway>
{
    private const string Strict = """
        "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object",
         "properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}}}
        """;

    private const string Object = "\"response_format\":{\"type\":\"json_object\"}";

    [Theory]
    [InlineData("plain", false)]
    [InlineData("plain", true)]
    [InlineData("native", false)]
    public async Task A_wrong_answer_is_asked_for_again_and_only_the_right_one_is_billed(string model, bool stream)
    {
        var says = $"retry {model} {stream};no|{{\"a\":\"1\"}}|{{\"a\":1}}";
        var body = OwnGateway.Body(model, says, Strict + (stream ? ",\"stream\":true" : ""));
        var miner = model == "plain" ? fixture.Plain : fixture.Native;
        var before = miner.Calls.Count;

        var (text, usage) = stream ? Read(await fixture.StreamAsync(body)) : Read((await fixture.PostAsync(body)).Json);

        Assert.Equal("""{"a":1}""", text);
        Assert.Equal((7, 3, 37_000), (
            (int)usage["prompt_tokens"]!, (int)usage["completion_tokens"]!, (long)usage["cost_nusd"]!));
        Assert.Equal(3, miner.Calls.Count - before);
    }

    [Theory]
    [InlineData(Strict)]
    [InlineData(Object)]
    public async Task Three_wrong_answers_are_none_and_cost_nothing(string format)
    {
        var before = fixture.Plain.Calls.Count;
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body("plain", $"never {format.Length};[1]", format));

        using (answer)
        {
            Assert.Equal(
                (HttpStatusCode.BadGateway, "schema_not_satisfied", 0),
                (answer.StatusCode, (string?)json["error"]!["code"],
                    (int)json["error"]!["details"]!["charge_nusd"]!));
            Assert.Equal(3, fixture.Plain.Calls.Count - before);
            Assert.Equal(
                ["schema", "schema", "schema"],
                json["error"]!["details"]!["attempts"]!.AsArray().Select(one => (string)one!["reason"]!));
        }
    }

    [Fact]
    public async Task An_expert_that_knows_no_response_format_is_told_in_words()
    {
        var (answer, _) = await fixture.PostAsync(OwnGateway.Body("plain", "words;{\"a\":1}", Strict));
        answer.Dispose();

        var asked = fixture.Plain.Calls[^1].Json;
        var first = asked.GetProperty("messages")[0];
        Assert.False(asked.TryGetProperty("response_format", out _));
        Assert.Equal("system", first.GetProperty("role").GetString());
        Assert.Contains("\"additionalProperties\":false", first.GetProperty("content").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(2, asked.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task An_expert_that_knows_it_gets_it_as_it_came_and_may_stream()
    {
        var chunks = await fixture.StreamAsync(
            OwnGateway.Body("both", "native;{\"a\":12345}", Strict + ",\"stream\":true"));

        Assert.True(fixture.Native.Calls[^1].Json.TryGetProperty("response_format", out _));
        Assert.Equal("""{"a":12345}""", OwnGateway.TextOf(chunks));
        Assert.True(OwnGateway.ChoicesOf(chunks, 0).Count(choice => choice["delta"]?["content"] is not null) > 3);
    }

    [Fact]
    public async Task Every_choice_is_checked()
    {
        var (answer, json) = await fixture.PostAsync(
            OwnGateway.Body("plain", "both;{\"a\":1}|x|{\"a\":2}", Strict + ",\"n\":2"));
        answer.Dispose();

        Assert.Equal(
            ["""{"a":1}""", """{"a":2}"""],
            json["choices"]!.AsArray().Select(choice => (string)choice!["message"]!["content"]!).Order());
    }

    [Fact]
    public async Task A_stream_whose_answers_are_wrong_ends_in_an_error()
    {
        var (answer, json) = await fixture.PostAsync(
            OwnGateway.Body("plain", "wrong stream;x", Strict + ",\"stream\":true"));
        using (answer)
        {
            // Nothing was sent yet, so it is a status.
            Assert.Equal(
                (HttpStatusCode.BadGateway, "schema_not_satisfied"),
                (answer.StatusCode, (string?)json["error"]!["code"]));
        }
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{}}""", "#")]
    [InlineData("""{"type":"object","additionalProperties":true}""", "#/additionalProperties")]
    [InlineData("""{"type":"thing"}""", "#/type")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "#/$ref")]
    [InlineData("""{"$ref":"https://example.org/x"}""", "#/$ref")]
    [InlineData("""{"type":"string","pattern":"(a"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"(?=a)"}""", "#/pattern")]
    [InlineData("""{"type":"integer","minimum":"1"}""", "#/minimum")]
    [InlineData("""{"allOf":[{"type":"string"}]}""", "#/allOf")]
    [InlineData("""{"anyOf":[{"type":"string"},7]}""", "#/anyOf/1")]
    public async Task A_strict_schema_that_nobody_could_hold_to_is_refused(string schema, string place)
    {
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body("plain", "x;x", Format(schema)));
        answer.Dispose();

        Assert.Equal(("invalid_json_schema", "response_format"), (
            (string?)json["error"]!["code"], (string?)json["error"]!["param"]));
        Assert.Contains($": {place}", ((string)json["error"]!["message"]!).Replace("at #", ": #",
            StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_has_ten_levels_at_most()
    {
        static string Nested(int levels) => string.Concat(Enumerable.Repeat("""{"type":"array","items":""", levels - 1))
            + """{"type":"string"}""" + new string('}', levels - 1);
        var (refused, json) = await fixture.PostAsync(OwnGateway.Body("plain", "deep;x", Format(Nested(11))));
        var (answer, _) = await fixture.PostAsync(OwnGateway.Body("plain", "less deep;[]", Format(Nested(10))));
        using (refused)
        using (answer)
        {
            Assert.Equal("invalid_json_schema", (string?)json["error"]!["code"]);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_call_of_a_function_needs_no_form()
    {
        const string Call = """{"message":{"tool_calls":[{"id":"c","type":"function","function":{"name":"f"}}]}}""";
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body("native", $"call;{Call}", Strict
            + """,  "tools":[{"type":"function","function":{"name":"f"}}]"""));
        answer.Dispose();

        Assert.Equal("f", (string?)json["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!["name"]);
    }

    private static string Format(string schema) =>
        $$$"""
        "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{{{schema}}}}}
        """;

    private static (string? Text, JsonNode Usage) Read(JsonNode json) =>
        ((string?)json["choices"]![0]!["message"]!["content"], json["usage"]!);

    private static (string? Text, JsonNode Usage) Read(List<JsonNode?> chunks) =>
        (OwnGateway.TextOf(chunks), chunks.Last(chunk => chunk is not null)!["usage"]!);
}
