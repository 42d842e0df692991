using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Chat;

/// <summary>How experts are told to think, and what of it callers see; sounds that are none; tools that are
/// allowed.</summary>
public sealed class ReasoningAndMediaTests(OwnGateway fixture) : IClassFixture<OwnGateway>
{
    private const string Thought = """
        {"message":{"reasoning_content":"Two and two.","content":"It is four."}}
        """;

    private const string Tool = """{"type":"function","function":{"name":"f"}}""";

    [Theory]
    [InlineData("""{"effort":"low"}""", "low")]
    [InlineData("""{"effort":"none"}""", "none")]
    [InlineData("""{"max_tokens":2048}""", "low")]
    [InlineData("""{"max_tokens":2049}""", "medium")]
    [InlineData("""{"max_tokens":100000,"exclude":false}""", "high")]
    [InlineData("""{"effort":null,"exclude":true}""", null)]
    public async Task An_expert_is_told_an_effort(string reasoning, string? effort)
    {
        var (answer, _) = await fixture.PostAsync(
            OwnGateway.Body("native", $"think {reasoning};x", $"\"reasoning\":{reasoning}"));
        answer.Dispose();

        var asked = JsonNode.Parse(fixture.Native.Calls[^1].Body.Span)!;
        Assert.Equal((effort, false), ((string?)asked["reasoning_effort"], asked.AsObject().ContainsKey("reasoning")));
    }

    [Theory]
    [InlineData("""  "reasoning":{"effort":"low","max_tokens":9}""", "reasoning.max_tokens")]
    [InlineData("""  "reasoning":{"effort":"low"},"reasoning_effort":"high" """, "reasoning.effort")]
    [InlineData("""  "reasoning":{"max_tokens":9},"reasoning_effort":"high" """, "reasoning.max_tokens")]
    [InlineData("""  "reasoning":{"max_tokens":9},"max_tokens":9""", "reasoning.max_tokens")]
    [InlineData("""  "reasoning":{"effort":"much"}""", "reasoning.effort")]
    [InlineData("""  "reasoning":{"enabled":true}""", "reasoning.enabled")]
    [InlineData("""  "reasoning":"low" """, "reasoning")]
    public async Task What_contradicts_itself_is_refused(string members, string param)
    {
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body("native", "x;x", members));
        answer.Dispose();

        Assert.Equal(param, (string?)json["error"]?["param"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Thoughts_that_are_kept_out_are_billed_like_shown_ones(bool exclude)
    {
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body(
            "native", $"hide {exclude};{Thought}",
            $$$"""  "reasoning":{"exclude":{{{(exclude ? "true" : "false")}}}}"""));
        answer.Dispose();
        const string Deltas = """
            {"deltas":[{"reasoning_content":"Two "},{"reasoning_content":"and two."},{"content":"It is four."}]}
            """;
        var chunks = await fixture.StreamAsync(OwnGateway.Body("native", $"hide stream {exclude};{Deltas}",
            $$$"""  "stream":true,"reasoning":{"exclude":{{{(exclude ? "true" : "false")}}}}"""));

        var message = json["choices"]![0]!["message"]!;
        Assert.Equal(("It is four.", exclude ? null : "Two and two."), (
            (string?)message["content"], (string?)message["reasoning_content"]));
        Assert.Equal(exclude, !OwnGateway.ChoicesOf(chunks, 0).Any(choice =>
            choice["delta"]!.AsObject().ContainsKey("reasoning_content")));
        Assert.Equal("It is four.", OwnGateway.TextOf(chunks));
        Assert.Equal((5, 15), (
            (int)json["usage"]!["completion_tokens"]!,
            (int)chunks.Last(chunk => chunk is not null)!["usage"]!["completion_tokens"]!));
    }

    [Theory]
    [InlineData("wav", "SUQzBAAA")]
    [InlineData("wav", "UklGRiQAAABXQVZF")]
    [InlineData("mp3", "UklGRiQAAABXQVZF")]
    [InlineData("mp3", "")]
    public async Task What_is_no_sound_is_refused_before_anybody_is_asked(string format, string data)
    {
        var before = fixture.Native.Calls.Count;
        var (answer, json) = await fixture.PostAsync($$$"""
            {"model":"native","messages":[{"role":"user","content":[
             {"type":"input_audio","input_audio":{"format":"{{{format}}}","data":"{{{data}}}"}}]}]}
            """);
        answer.Dispose();

        Assert.Equal("messages[0].content[0].input_audio.data", (string?)json["error"]!["param"]);
        Assert.Equal(before, fixture.Native.Calls.Count);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(",\"logprobs\":0", -0.5)]
    public async Task The_best_of_several_completions_is_the_one_its_expert_thinks_likeliest(
        string member, double? logprob)
    {
        const string Choices = """
            {"choices":[
             {"index":0,"finish_reason":"stop","message":{"content":"poor"},
              "logprobs":{"content":[{"token":"po","logprob":-0.1},{"token":"or","logprob":-4}]}},
             {"index":1,"finish_reason":"stop","message":{"content":"good"},
              "logprobs":{"content":[{"token":"good","logprob":-0.5}]}}]}
            """;
        var prompt = System.Text.Json.JsonSerializer.Serialize($"best {member};{Choices}");
        using var content = new StringContent(
            $$"""{"model":"native","prompt":{{prompt}},"best_of":2{{member}}}""", System.Text.Encoding.UTF8,
            "application/json");
        using var answer = await fixture.Gateway.Client.PostAsync(
            new Uri("v1/completions", UriKind.Relative), content, OwnGateway.Token);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(OwnGateway.Token))!;

        var choice = Assert.Single(json["choices"]!.AsArray())!;
        Assert.Equal(("good", 0), ((string?)choice["text"], (int)choice["index"]!));
        Assert.Equal(logprob, (double?)choice["logprobs"]?["token_logprobs"]![0]);
        Assert.Equal(6, (int)json["usage"]!["completion_tokens"]!);
        Assert.Equal(2, fixture.Native.Calls[^1].Json.GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task The_list_of_models_says_what_they_can_be_asked_for()
    {
        var plain = await fixture.Gateway.GetAsync("v1/models/plain", OwnGateway.Token);
        var native = await fixture.Gateway.GetAsync("v1/models/native", OwnGateway.Token);

        Assert.Equal(["text"], plain["modalities"]!["input"]!.AsArray().Select(one => (string)one!));
        Assert.Equal(
            ["text", "image", "audio"], native["modalities"]!["input"]!.AsArray().Select(one => (string)one!));
        var fields = plain["supported_parameters"]!.AsArray().Select(one => (string)one!).ToArray();
        Assert.Contains("response_format", fields);
        Assert.DoesNotContain("tools", fields);
        Assert.Contains("tools", native["supported_parameters"]!.AsArray().Select(one => (string)one!));
    }

    [Theory]
    [InlineData("f", null)]
    [InlineData("g", "tool_choice.allowed_tools.tools[0].function.name")]
    public async Task Allowed_tools_are_tools_of_the_request(string name, string? param)
    {
        var allowed = $$$"""
            {"mode":"auto","tools":[{"type":"function","function":{"name":"{{{name}}}"}}]}
            """;
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body("native", $"allowed {name};x",
            $$$"""  "tools":[{{{Tool}}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{{{allowed}}}}"""));
        answer.Dispose();

        Assert.Equal(param, (string?)json["error"]?["param"]);
    }
}
