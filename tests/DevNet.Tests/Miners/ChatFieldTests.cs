using System.Text.Json;
using Gateway.DevNet.Brain;

namespace Gateway.DevNet.Tests.Miners;

public sealed class ChatFieldTests(NetworkFixture fixture) : IClassFixture<NetworkFixture>
{
    private const string Prompt = "What is the capital of France?";
    private const string Answer = "The capital of France is Paris.";

    /// <summary>Members that a request adds, and the param and code of the refusal.</summary>
    public static TheoryData<string, string, string> Refused => new()
    {
        { """{"tools":[{"type":"function","function":{"name":"f"}}]}""", "tools", "unsupported_parameter" },
        { """{"tool_choice":"required"}""", "tool_choice", "unsupported_parameter" },
        { """{"functions":[{"name":"f"}]}""", "functions", "unsupported_parameter" },
        { """{"function_call":{"name":"f"}}""", "function_call", "unsupported_parameter" },
        { """{"response_format":{"type":"json_object"}}""", "response_format", "unsupported_parameter" },
        { """{"response_format":{"type":"json_schema"}}""", "response_format", "unsupported_parameter" },
        { """{"logprobs":true}""", "logprobs", "unsupported_parameter" },
        { """{"top_logprobs":3}""", "top_logprobs", "unsupported_parameter" },
        { """{"logit_bias":{"5":1}}""", "logit_bias", "unsupported_parameter" },
        { """{"n":2}""", "n", "unsupported_parameter" },
        { """{"modalities":["text","audio"]}""", "modalities", "unsupported_parameter" },
        { """{"audio":{"voice":"x"}}""", "audio", "unsupported_parameter" },
        { """{"web_search_options":{"a":1}}""", "web_search_options", "unsupported_parameter" },
        { Content("""[{"type":"image_url"}]"""), "messages[0].content[0]", "unsupported_parameter" },
        { Content("""[{"type":"text","text":"a"},{"type":"file"}]"""), "messages[0].content[1]",
            "unsupported_parameter" },
        { Content("""[{"type":"text"}]"""), "messages[0].content[0].text", "missing_required_parameter" },
        { """{"messages":[{"role":"user","content":5}]}""", "messages[0].content", "invalid_type" },
        { """{"messages":[{"role":"robot","content":"a"}]}""", "messages[0].role", "invalid_value" },
        { """{"messages":[5]}""", "messages[0]", "invalid_type" },
        { """{"messages":[]}""", "messages", "missing_required_parameter" },
        { """{"messages":null}""", "messages", "missing_required_parameter" },
        { """{"model":null}""", "model", "missing_required_parameter" },
        { """{"model":5}""", "model", "invalid_type" },
        { """{"stream":"yes"}""", "stream", "invalid_type" },
        { """{"stream_options":{"include_usage":true}}""", "stream_options", "invalid_value" },
        { """{"max_tokens":0}""", "max_tokens", "invalid_value" },
        { """{"max_tokens":1.5}""", "max_tokens", "invalid_value" },
        { """{"max_tokens":1,"max_completion_tokens":2}""", "max_completion_tokens", "invalid_value" },
        { """{"stop":["a","b","c","d","e"]}""", "stop", "invalid_value" },
        { """{"stop":""}""", "stop", "invalid_value" },
        { """{"stop":[5]}""", "stop", "invalid_value" },
    };

    public static TheoryData<string> Harmless =>
    [
        """{"tools":[],"tool_choice":"none","n":1,"logprobs":false,"response_format":{"type":"text"}}""",
        """{"tools":null,"n":null,"stop":null,"max_tokens":null,"stream":null,"stream_options":null}""",
        """{"temperature":0.3,"top_p":0.5,"seed":4,"user":"u","metadata":{"a":"b"},"modalities":["text"]}""",
        """{"max_tokens":10,"max_completion_tokens":10}""",
        """{"max_tokens":2147483647}""",
        Content("""[{"type":"text","text":"What is the capital"},{"type":"text","text":" of France?"}]"""),
        """
        {"messages":[{"role":"user","content":"2+2"},{"role":"assistant","content":null},
                     {"role":"user","content":"capital of France"},{"role":"tool","content":"x"}]}
        """,
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_field_that_cannot_be_honoured_is_refused_by_name(string extra, string param, string code)
    {
        var (status, json) = await fixture.Caller.AskAsync(fixture.Strong, Caller.Chat(fixture.Strong, Prompt, extra));
        Assert.Equal(400, status);
        var error = json.GetProperty("error");
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public async Task A_field_that_changes_nothing_passes(string extra)
    {
        var (status, json) = await fixture.Caller.AskAsync(fixture.Strong, Caller.Chat(fixture.Strong, Prompt, extra));
        Assert.Equal(200, status);
        Assert.Equal(Answer, Content(json));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"model":"a","model":"b"}""")]
    [InlineData("""{"model":"\ud800"}""")]
    public async Task What_is_no_request_is_refused(string body)
    {
        var (status, json) = await fixture.Caller.AskAsync(fixture.Strong, body);
        Assert.Equal(400, status);
        var code = json.GetProperty("error").GetProperty("code").GetString();
        Assert.Contains(code, (string[])["invalid_json", "invalid_type"]);
    }

    [Fact]
    public async Task A_model_it_does_not_serve_is_not_found()
    {
        var body = Caller.Chat(fixture.Strong, Prompt, """{"model":"devnet-small"}""");
        var (status, json) = await fixture.Caller.AskAsync(fixture.Strong, body);
        Assert.Equal(404, status);
        Assert.Equal("model_not_found", json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_prompt_beyond_the_context_is_refused()
    {
        var body = Caller.Chat(fixture.Strong, new string('?', 8193));
        var (status, json) = await fixture.Caller.AskAsync(fixture.Strong, body);
        Assert.Equal(400, status);
        Assert.Equal("context_length_exceeded", json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Max_tokens_cuts_and_says_so()
    {
        var all = AnswerTokens.Cut(Answer);
        for (var limit = 1; limit <= all.Count; limit++)
        {
            var body = Caller.Chat(fixture.Strong, Prompt, $$"""{"max_tokens":{{limit}}}""");
            var (_, json) = await fixture.Caller.AskAsync(fixture.Strong, body);
            Assert.Equal(string.Concat(all[..limit]), Content(json));
            Assert.Equal(limit < all.Count ? "length" : "stop", Finish(json));
            Assert.Equal(limit, json.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        }
    }

    [Theory]
    [InlineData("""{"stop":" is"}""", "The capital of France", "stop")]
    [InlineData("""{"stop":["Paris","Fr"]}""", "The capital of ", "stop")]
    [InlineData("""{"stop":"The"}""", "", "stop")]
    [InlineData("""{"stop":"zebra"}""", Answer, "stop")]
    [InlineData("""{"stop":" is","max_tokens":1}""", "The", "length")]
    public async Task Stop_texts_end_the_answer_before_themselves(string extra, string content, string finish)
    {
        var (_, json) = await fixture.Caller.AskAsync(fixture.Strong, Caller.Chat(fixture.Strong, Prompt, extra));
        Assert.Equal(content, Content(json));
        Assert.Equal(finish, Finish(json));
    }

    [Fact]
    public async Task The_answer_has_openais_shape_and_counts_by_the_tokenizer()
    {
        var (_, json) = await fixture.Caller.AskAsync(fixture.Strong, Caller.Chat(fixture.Strong, Prompt));
        Assert.Equal("chat.completion", json.GetProperty("object").GetString());
        Assert.Equal("devnet-large", json.GetProperty("model").GetString());
        Assert.StartsWith("chatcmpl-", json.GetProperty("id").GetString(), StringComparison.Ordinal);
        var message = json.GetProperty("choices")[0].GetProperty("message");
        Assert.Equal("assistant", message.GetProperty("role").GetString());
        var (prompt, completion) = (AnswerTokens.Count(Prompt), AnswerTokens.Count(Answer));
        var usage = json.GetProperty("usage");
        Assert.Equal(prompt, usage.GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(completion, usage.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(prompt + completion, usage.GetProperty("total_tokens").GetInt32());
    }

    private static string Content(string json) => $$"""{"messages":[{"role":"user","content":{{json}}}]}""";

    private static string? Content(JsonElement json) =>
        json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();

    private static string? Finish(JsonElement json) =>
        json.GetProperty("choices")[0].GetProperty("finish_reason").GetString();
}
