using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Tests.Chat;

public sealed class ChatRequestReaderTests
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    [Theory]
    [InlineData("{}", "missing_required_parameter", "model")]
    [InlineData("""{"model":"m"}""", "missing_required_parameter", "messages")]
    [InlineData("""{"model":null,"messages":[{"role":"user","content":"x"}]}""", "missing_required_parameter", "model")]
    [InlineData("""{"model":7,"messages":[]}""", "invalid_type", "model")]
    [InlineData("""{"model":"","messages":[]}""", "invalid_value", "model")]
    [InlineData("""{"model":"a b","messages":[]}""", "invalid_value", "model")]
    [InlineData("""{"model":"m","messages":{}}""", "invalid_type", "messages")]
    [InlineData("""{"model":"m","messages":[]}""", "invalid_value", "messages")]
    [InlineData("""{"model":"m","messages":["x"]}""", "invalid_type", "messages[0]")]
    [InlineData("""{"model":"m","messages":[{"content":"x"}]}""", "missing_required_parameter", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"king","content":"x"}]}""", "invalid_value", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"user"}]}""", "missing_required_parameter", "messages[0].content")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":5}]}""", "invalid_type", "messages[0].content")]
    [InlineData(
        """{"model":"m","messages":[{"role":"user","content":[5]}]}""",
        "invalid_type", "messages[0].content[0]")]
    [InlineData(
        """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":1}]}]}""",
        "invalid_type", "messages[0].content[0].text")]
    [InlineData(
        """{"model":"m","messages":[{"role":"user","content":[{"type":"file"}]}]}""",
        "invalid_value", "messages[0].content[0].type")]
    [InlineData(
        """{"model":"m","messages":[{"role":"assistant","audio":{"id":"audio_1"}}]}""",
        "unsupported_parameter", "messages[0].audio")]
    public void A_wrong_shape_is_refused_by_its_path(string body, string code, string param) =>
        AssertRefused(body, code, param);

    [Theory]
    [InlineData("\"max_tokens\":-1", "invalid_value", "max_tokens")]
    [InlineData("\"max_tokens\":0", "invalid_value", "max_tokens")]
    [InlineData("\"max_tokens\":2147483648", "invalid_value", "max_tokens")]
    [InlineData("\"max_tokens\":9223372036854775808", "invalid_value", "max_tokens")]
    [InlineData("\"max_tokens\":1e309", "invalid_type", "max_tokens")]
    [InlineData("\"max_tokens\":\"10\"", "invalid_type", "max_tokens")]
    [InlineData("\"max_tokens\":1.5", "invalid_type", "max_tokens")]
    [InlineData("\"max_tokens\":[1]", "invalid_type", "max_tokens")]
    [InlineData("\"max_completion_tokens\":true", "invalid_type", "max_completion_tokens")]
    [InlineData("\"max_tokens\":5,\"max_completion_tokens\":6", "invalid_value", "max_completion_tokens")]
    [InlineData("\"stream\":\"yes\"", "invalid_type", "stream")]
    [InlineData("\"stream_options\":[]", "invalid_type", "stream_options")]
    [InlineData("\"stream_options\":{\"include_usage\":1}", "invalid_type", "stream_options.include_usage")]
    [InlineData(
        "\"stream_options\":{\"include_obfuscation\":1}", "invalid_type", "stream_options.include_obfuscation")]
    [InlineData("\"metadata\":{\"a\":1}", "invalid_type", "metadata.a")]
    [InlineData("\"metadata\":{\"\":\"x\"}", "invalid_value", "metadata")]
    [InlineData("\"n\":1000", "invalid_value", "n")]
    [InlineData("\"temperature\":2.1", "invalid_value", "temperature")]
    [InlineData("\"temperature\":1e999", "invalid_value", "temperature")]
    [InlineData("\"top_p\":0", "invalid_value", "top_p")]
    [InlineData("\"presence_penalty\":-3", "invalid_value", "presence_penalty")]
    [InlineData("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "invalid_value", "stop")]
    [InlineData("\"stop\":[1]", "invalid_type", "stop")]
    [InlineData("\"stop\":\"\"", "invalid_value", "stop")]
    [InlineData("\"stop\":5", "invalid_type", "stop")]
    [InlineData("\"logit_bias\":{\"1\":101}", "invalid_value", "logit_bias.1")]
    [InlineData("\"logit_bias\":{\"1\":\"x\"}", "invalid_type", "logit_bias.1")]
    [InlineData("\"logit_bias\":{\"a\":1}", "invalid_value", "logit_bias")]
    [InlineData("\"models\":[\"a\"]", "unsupported_parameter", "models")]
    [InlineData("\"Stream\":true", "unknown_parameter", "Stream")]
    [InlineData("\"MAX_TOKENS\":5", "unknown_parameter", "MAX_TOKENS")]
    [InlineData("\"stop\":[]", "invalid_value", "stop")]
    [InlineData("\"logit_bias\":{\"12345678901\":1}", "invalid_value", "logit_bias")]
    [InlineData("\"modalities\":[\"text\",\"audio\"]", "unsupported_parameter", "modalities")]
    [InlineData("\"audio\":{\"voice\":\"a\"}", "unsupported_parameter", "audio")]
    [InlineData("\"reasoning_effort\":\"hihg\"", "invalid_value", "reasoning_effort")]
    [InlineData("\"message\u017f\":[]", "unknown_parameter", "message?")]
    [InlineData("\"Prompt_Cache_Key\":1", "unknown_parameter", "Prompt_Cache_Key")]
    [InlineData("\"top_logprobs\":3", "invalid_value", "top_logprobs")]
    [InlineData("\"web_search_options\":{}", "unsupported_parameter", "web_search_options")]
    [InlineData("\"max_cost\":-1", "invalid_value", "max_cost")]
    [InlineData("\"max_cost\":0.0000000001", "invalid_value", "max_cost")]
    [InlineData("\"max_cost\":\"free\"", "invalid_value", "max_cost")]
    [InlineData("\"routing\":[]", "invalid_type", "routing")]
    [InlineData("\"routing\":{\"strtegy\":\"best\"}", "unknown_parameter", "routing.strtegy")]
    [InlineData("\"routing\":{\"strategy\":\"default\"}", "invalid_value", "routing.strategy")]
    [InlineData("\"routing\":{\"max_price\":{\"input\":-1}}", "invalid_value", "routing.max_price.input")]
    [InlineData("\"routing\":{\"max_price\":{\"inptu\":1}}", "unknown_parameter", "routing.max_price.inptu")]
    [InlineData("\"routing\":{\"max_ttft_ms\":0}", "invalid_value", "routing.max_ttft_ms")]
    [InlineData("\"routing\":{\"models\":[\"a b\"]}", "invalid_value", "routing.models[0]")]
    [InlineData("\"routing\":{\"explore\":1}", "invalid_type", "routing.explore")]
    [InlineData("\"routing\":{\"strategy\":\"luck\"}", "invalid_value", "routing.strategy")]
    [InlineData("\"routing\":{\"experts\":9}", "invalid_value", "routing.experts")]
    [InlineData("\"routing\":{\"only\":\"sn4\"}", "invalid_type", "routing.only")]
    [InlineData("\"routing\":{\"privacy\":\"some\"}", "invalid_value", "routing.privacy")]
    public void A_wrong_value_is_refused_by_its_name(string member, string code, string? param) =>
        AssertRefused($"{{\"model\":\"m\",{Messages},{member}}}", code, param);

    [Theory]
    [InlineData("\"max_cost\":1e308", "invalid_value", "max_cost")]
    [InlineData("\"best_of\":2", "unsupported_parameter", "best_of")]
    [InlineData("\"use_beam_search\":true", "unsupported_parameter", "use_beam_search")]
    [InlineData("\"prompt_logprobs\":1", "unsupported_parameter", "prompt_logprobs")]
    [InlineData("\"max_new_tokens\":9", "unsupported_parameter", "max_new_tokens")]
    [InlineData("\"min_tokens\":9", "unsupported_parameter", "min_tokens")]
    [InlineData("\"num_return_sequences\":2", "unsupported_parameter", "num_return_sequences")]
    [InlineData("\"base_url\":\"http://x\"", "unsupported_parameter", "base_url")]
    [InlineData("\"api_key\":\"x\"", "unsupported_parameter", "api_key")]
    [InlineData("\"Best_Of\":2", "unknown_parameter", "Best_Of")]
    [InlineData("\"user\":\"\"", "invalid_value", "user")]
    [InlineData("\"safety_identifier\":\"\"", "invalid_value", "safety_identifier")]
    [InlineData("\"a\":1,\"a\":2", "duplicate_key", "a")]
    [InlineData("\"x\":[{\"a\":{\"b\":1,\"b\":2}}]", "duplicate_key", "x[0].a.b")]
    [InlineData("\"routing\":{\"only\":[\"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ\"]}", "invalid_value",
        "routing.only[0]")]
    public void A_member_that_misleads_is_refused_by_its_name(string member, string code, string param) =>
        AssertRefused($"{{\"model\":\"m\",{Messages},{member}}}", code, param);

    [Theory]
    [InlineData("\"tools\":[1]", "invalid_type", "tools[0]")]
    [InlineData("\"tools\":[{\"type\":\"custom\"}]", "invalid_value", "tools[0].type")]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", "missing_required_parameter", "tools[0].function")]
    [InlineData("\"tool_choice\":\"zzz\"", "invalid_value", "tool_choice")]
    [InlineData("\"tool_choice\":\"required\"", "invalid_value", "tool_choice")]
    [InlineData("\"tool_choice\":{\"function\":{\"name\":\"g\"}}", "invalid_value", "tool_choice")]
    [InlineData("\"response_format\":{\"type\":\"zzz\"}", "invalid_value", "response_format.type")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "invalid_json_schema", "response_format")]
    [InlineData("\"tool_choice\":5", "invalid_type", "tool_choice")]
    [InlineData("\"tool_choice\":{\"type\":\"zzz\"}", "missing_required_parameter", "tool_choice.function")]
    [InlineData("\"function_call\":\"required\"", "invalid_value", "function_call")]
    public void A_wrong_tool_or_format_is_refused_by_its_path(string member, string code, string param) =>
        AssertRefused($"{{\"model\":\"m\",{Messages},{member}}}", code, param);

    [Fact]
    public void Options_of_a_stream_that_no_expert_gets_are_named()
    {
        var known = Read($$"""
            {"model":"m",{{Messages}},"stream_options":{"include_usage":true,"include_obfuscation":false} }
            """);
        var other = Read($$"""{"model":"m",{{Messages}},"stream_options":{"chunk":1,"pad":2} }""");

        Assert.True(known.IncludeUsage);
        Assert.Empty(known.Ignored);
        Assert.Equal(["stream_options"], other.Ignored);
    }

    [Fact]
    public void Null_is_absent_everywhere()
    {
        var chat = Read($$"""
            {"model":"m",{{Messages}},"max_tokens":null,"stream":null,"n":null,"stop":null,"max_cost":null,
             "routing":null,"tools":null,"temperature":null,"response_format":null,"stream_options":null,"user":null}
            """);

        Assert.Equal((null, false, null, Features.None), (chat.MaxTokens, chat.Stream, chat.MaxCost, chat.Needs));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("1,2")]
    [InlineData("1e308")]
    public void A_cap_in_the_header_that_is_none_is_refused(string cap)
    {
        var error = Assert.Throws<RefusedException>(() => Read($"{{\"model\":\"m\",{Messages}}}", cap)).Error;

        Assert.Equal((400, "invalid_value", "x-max-cost"), (error.Status, error.Code, error.Param));
        Assert.Contains("9223372036.854775807", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "0.1", "x-max-cost")]
    [InlineData(",\"max_cost\":0.2", "0.1", "x-max-cost")]
    [InlineData(",\"max_cost\":0.05", "0.1", "max_cost")]
    [InlineData(",\"max_cost\":0.05", null, "max_cost")]
    public void The_lower_cap_is_told_by_where_it_stands(string member, string? header, string field) =>
        Assert.Equal(field, Read($"{{\"model\":\"m\",{Messages}{member}}}", header).MaxCostField);

    [Theory]
    [InlineData("\"user\":\"ada\"", "ada")]
    [InlineData("\"safety_identifier\":\"ada\"", "ada")]
    [InlineData("\"safety_identifier\":\"eve\",\"user\":\"ada\"", "ada")]
    public void The_end_user_is_who_user_or_safety_identifier_says(string members, string user) =>
        Assert.Equal(user, Read($"{{\"model\":\"m\",{Messages},{members}}}").User);

    [Fact]
    public void What_the_gateway_needs_is_read()
    {
        var chat = Read("""
            {"model":"auto",
             "messages":[{"role":"system","content":"é"},{"role":"user","content":[{"type":"text","text":"abc"}]}],
             "stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":7,"max_cost":1e-7,
             "routing":{"only":["sn4"],"exclude":["static/x"],"privacy":"local","fallback":false},
             "store":true,"top_k":5}
            """);

        Assert.Equal(ModelId.Auto, chat.Model);
        Assert.True(chat.Stream && chat.IncludeUsage);
        Assert.Equal((7, "max_completion_tokens"), (chat.MaxTokens, chat.MaxTokensField));
        Assert.Equal(new NanoUsd(100), chat.MaxCost);
        Assert.Equal(5, chat.Prompt.TextBytes);
        Assert.Equal(["sn4"], chat.Wish.Only);
        Assert.Equal((Privacy.Local, false), (chat.Wish.Privacy, chat.Wish.Fallback));
        Assert.Equal(["store"], chat.Ignored);
        Assert.Equal(["top_k"], chat.Unverified);
    }

    [Theory]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", Features.Tools)]
    [InlineData("\"logit_bias\":{\"50256\":-100}", Features.LogitBias)]
    [InlineData("\"logit_bias\":{}", Features.None)]
    [InlineData("\"tool_choice\":\"auto\"", Features.None)]
    [InlineData("\"tools\":[]", Features.None)]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", Features.Json)]
    [InlineData("\"response_format\":{\"type\":\"text\"}", Features.None)]
    [InlineData("\"logprobs\":true,\"top_logprobs\":2", Features.Logprobs)]
    [InlineData("\"logprobs\":false", Features.None)]
    [InlineData("\"n\":2", Features.Choices)]
    [InlineData("\"n\":1", Features.None)]
    [InlineData("\"modalities\":[\"text\"]", Features.None)]
    public void A_field_asks_for_experts_that_have_it(string member, Features needs) =>
        Assert.Equal(needs, Read($"{{\"model\":\"m\",{Messages},{member}}}").Needs);

    [Fact]
    public void The_lower_of_body_and_header_caps_the_cost()
    {
        Assert.Equal(
            new NanoUsd(1), Read($"{{\"model\":\"m\",{Messages},\"max_cost\":\"0.5\"}}", "0.000000001").MaxCost);
        Assert.Equal(new NanoUsd(1), Read($"{{\"model\":\"m\",{Messages},\"max_cost\":1e-9}}", "2").MaxCost);
        Assert.Throws<RefusedException>(() => Read($"{{\"model\":\"m\",{Messages}}}", "much"));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest", "invalid_image_url")]
    [InlineData("https://", "invalid_image_url")]
    [InlineData("file:///etc/passwd", "invalid_image_url")]
    [InlineData("data:image/svg+xml;base64,AAAA", "invalid_image_url")]
    [InlineData("data:image/png;base64,???", "invalid_image_url")]
    public void Attack_35_An_image_that_an_expert_would_have_to_fetch_is_refused(string source, string code) =>
        AssertRefused(
            Part($$$"""{"type":"image_url","image_url":{"url":"{{{source}}}"}}"""),
            code,
            "messages[0].content[0].image_url.url");

    [Fact]
    public void Media_stand_in_the_body_and_are_counted_apart_from_text()
    {
        var chat = Read(Part("""
            {"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
            {"type":"input_audio","input_audio":{"format":"mp3","data":"SUQzBAAA"}}
            """));

        Assert.Equal((4, 1, 1), (chat.Prompt.TextBytes, chat.Prompt.Images, chat.Prompt.Sounds));
        Assert.Equal((26, 8), (chat.Prompt.ImageBytes, chat.Prompt.SoundBytes));
        Assert.Equal(Features.Vision | Features.Audio, chat.Needs);
    }

    [Fact]
    public void Only_an_assistant_refuses() => AssertRefused(
        Part("""{"type":"refusal","refusal":"no"}"""), "invalid_value", "messages[0].content[0].type");

    [Theory]
    [InlineData("""{"type":"text","text":"x","Text":"y"}""", "messages[0].content[0].Text")]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","URL":"http://x"}}""",
        "messages[0].content[0].image_url.URL")]
    public void Attack_14_A_member_that_another_server_could_read_as_ours_is_refused_at_any_depth(
        string part, string param) =>
        AssertRefused(Part(part), "unknown_parameter", param);

    [Fact]
    public void An_image_may_be_written_with_escaped_slashes()
    {
        var chat = Read(Part("""{"type":"image_url","image_url":{"url":"data:image\/png;base64,AA\/A"}}"""));

        Assert.Equal((1, 28), (chat.Prompt.Images, chat.Prompt.ImageBytes));
    }

    [Fact]
    public void The_plain_length_of_text_is_its_UTF8_however_it_was_escaped() => Gen.String.Sample(text =>
    {
        var whole = text.EnumerateRunes().Select(rune => rune.ToString());
        var plain = string.Concat(whole);
        var escaped = string.Concat(plain.Select((c, i) => i % 2 == 0 ? $"\\u{(int)c:x4}" : JsonEncodedText.Encode(
            c.ToString(), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()));
        var isPaired = !plain.Any(char.IsSurrogate);
        return !isPaired || Escapes.Utf8Length(Encoding.UTF8.GetBytes(escaped)) == Encoding.UTF8.GetByteCount(plain);
    });

    [Fact]
    public void An_escaped_pair_is_four_bytes() =>
        Assert.Equal(4, Escapes.Utf8Length(Encoding.UTF8.GetBytes("\\ud83d\\ude00")));

    [Theory]
    [InlineData("\"api_key\":\"{0}\"")]
    [InlineData("\"authorization\":\"Bearer {0}\"")]
    [InlineData("\"extra_body\":{{\"deep\":[\"{0}\"]}}")]
    public void A_key_in_the_body_is_refused_and_not_passed_on(string member)
    {
        var key = ApiKey.Create(KeyKind.Api);
        var body = $"{{\"model\":\"m\",{Messages},{string.Format(CultureInfo.InvariantCulture, member, key)}}}";
        var error = Assert.Throws<RefusedException>(() => Read(body)).Error;

        Assert.Equal((401, "invalid_api_key"), (error.Status, error.Code));
        Assert.DoesNotContain(key, error.Message, StringComparison.Ordinal);
    }

    private static string Part(string parts) =>
        $$$"""{"model":"m","messages":[{"role":"user","content":[{{{parts}}}]}]}""";

    private static void AssertRefused(string body, string code, string? param)
    {
        var error = Assert.Throws<RefusedException>(() => Read(body)).Error;

        Assert.Equal((400, code, param), (error.Status, error.Code, error.Param));
    }

    private static ChatRequest Read(string body, string? maxCost = null)
    {
        using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(body));
        return ChatRequestReader.Read(document.RootElement, maxCost);
    }
}
