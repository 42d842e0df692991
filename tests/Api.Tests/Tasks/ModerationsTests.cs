using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Tasks;

/// <summary>POST /v1/moderations.</summary>
public sealed class ModerationsTests(ModalGateway fixture) : IClassFixture<ModalGateway>
{
    private const string Path = "moderations";
    private const string Model = ModalGateway.Moderator;
    private const string Half = """
        {"results":[{"flagged":true,"categories":{"violence":true,"hate":false},
          "category_scores":{"violence":0.91,"hate":0.02,"made-up":1}}],"usage":{"prompt_tokens":3}}
        """;

    [Fact]
    public async Task Categories_are_OpenAIs_and_one_that_no_expert_scores_is_zero_and_named()
    {
        fixture.Answers(Path, Half);
        var answer = await fixture.PostAsync(Path, $$"""{"model":"{{Model}}","input":"I will hit you"}""");

        var result = answer.Json["results"]![0]!;
        Assert.Equal(200, answer.Status);
        Assert.StartsWith("modr-", (string?)answer.Json["id"], StringComparison.Ordinal);
        Assert.True((bool)result["flagged"]!);
        Assert.Equal((true, false), ((bool)result["categories"]!["violence"]!, (bool)result["categories"]!["hate"]!));
        Assert.Equal(0.91, (double)result["category_scores"]!["violence"]!);
        Assert.Equal(13, result["category_scores"]!.AsObject().Count);
        Assert.Equal("""["text"]""", result["category_applied_input_types"]!["violence"]!.ToJsonString());
        var unscored = answer.Json["x_gateway"]!["unscored"]!.AsArray().Select(name => (string)name!).ToList();
        Assert.Contains("sexual/minors", unscored);
        Assert.Equal(11, unscored.Count);
        Assert.Equal(3_000, (long)answer.Json["usage"]!["cost_nusd"]!);
    }

    [Fact]
    public async Task Each_text_of_several_has_a_result_and_an_answer_with_fewer_is_none_and_free()
    {
        fixture.Answers(Path, """
            {"results":[{"category_scores":{"violence":0.1}},{"category_scores":{"violence":0.7}}]}
            """);
        var two = await fixture.PostAsync(Path, $$"""{"model":"{{Model}}","input":["a","b"]}""");
        var before = await fixture.ChargedAsync();
        var three = await fixture.PostAsync(Path, $$"""{"model":"{{Model}}","input":["a","b","c"]}""");

        Assert.Equal([false, true], two.Json["results"]!.AsArray().Select(result => (bool)result!["flagged"]!));
        Assert.Equal((502, "all_experts_failed", null), three.Refusal);
        Assert.Equal(before, await fixture.ChargedAsync());
    }

    [Fact]
    public async Task Parts_are_judged_together_and_an_image_stands_in_them_as_data()
    {
        fixture.Answers(Path, Half);
        var url = "data:image/png;base64," + Convert.ToBase64String(Samples.Png(4, 4));
        var answer = await fixture.PostAsync(Path, $$$"""
            {"model":"{{{Model}}}","input":[{"type":"text","text":"look"},
              {"type":"image_url","image_url":{"url":"{{{url}}}"}}]}
            """);

        Assert.Equal(200, answer.Status);
        Assert.Equal("[]",
            answer.Json["results"]![0]!["category_applied_input_types"]!["violence"]!.ToJsonString());
        Assert.Equal(url, (string?)JsonNode.Parse(fixture.Miner.Calls[^1].Body.Span)!
            ["input"]![1]!["image_url"]!["url"]);
    }

    [Theory]
    [InlineData("""{"input":"x"}""", "missing_required_parameter", "model")]
    [InlineData("""{"model":"m"}""", "missing_required_parameter", "input")]
    [InlineData("""{"model":"m","input":7}""", "invalid_type", "input")]
    [InlineData("""{"model":"m","input":[]}""", "invalid_value", "input")]
    [InlineData("""{"model":"m","input":["a",1]}""", "invalid_type", "input[1]")]
    [InlineData("""{"model":"m","input":[{"type":"text"}]}""", "missing_required_parameter", "input[0].text")]
    [InlineData("""{"model":"m","input":[{"type":"video"}]}""", "invalid_value", "input[0].type")]
    [InlineData("""{"model":"m","input":[{"type":"image_url","image_url":{"url":"https://x.example/a.png"}}]}""",
        "invalid_image_url", "input[0].image_url.url")]
    [InlineData("""{"model":"m","input":[{"type":"image_url","image_url":{"url":"data:image/png;base64,/9j/AAAA"}}]}""",
        "invalid_image_url", "input[0].image_url.url")]
    [InlineData("""{"model":"m","input":"x","stream":true}""", "unsupported_parameter", "stream")]
    public async Task A_wrong_field_is_refused_by_its_name(string body, string code, string param)
    {
        var answer = await fixture.PostAsync(Path, body);

        Assert.Equal((400, code, param), answer.Refusal);
    }

    [Theory]
    [InlineData("""{"results":[{"category_scores":{}}]}""")]
    [InlineData("""{"results":[{"category_scores":{"violence":1.5}}]}""")]
    [InlineData("""{"results":[{"category_scores":{"violence":"high"}}]}""")]
    [InlineData("""{"results":[7]}""")]
    [InlineData("[]")]
    public async Task An_answer_that_is_none_is_an_error_and_free(string json)
    {
        fixture.Answers(Path, json);
        var before = await fixture.ChargedAsync();
        var answer = await fixture.PostAsync(Path, $$"""{"model":"{{Model}}","input":"x"}""");

        Assert.Equal((502, "all_experts_failed", null), answer.Refusal);
        Assert.Equal(before, await fixture.ChargedAsync());
    }

    [Fact]
    public async Task An_image_of_more_pixels_than_allowed_is_refused_by_its_head()
    {
        var url = "data:image/png;base64," + Convert.ToBase64String(Samples.Png(60_000, 60_000));
        var answer = await fixture.PostAsync(Path, $$$"""
            {"model":"{{{Model}}}","input":[{"type":"image_url","image_url":{"url":"{{{url}}}"}}]}
            """);

        Assert.Equal((400, "invalid_image_url", "input[0].image_url.url"), answer.Refusal);
    }

    [Fact]
    public async Task A_model_that_nobody_has_is_not_found_with_those_that_could()
    {
        var answer = await fixture.PostAsync(Path, """{"model":"devnet-large","input":"x"}""");

        Assert.Equal((404, "model_not_found", "model"), answer.Refusal);
        Assert.Equal($"""["{Model}"]""", answer.Json["error"]!["details"]!["available"]!.ToJsonString());
    }
}
