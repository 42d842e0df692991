using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Tasks;

/// <summary>POST /v1/forecasts.</summary>
public sealed class ForecastsTests(ModalGateway fixture) : IClassFixture<ModalGateway>
{
    private const string Path = "forecasts";
    private const string Series = """
        "series":[{"id":"a","start":"2026-01-01T00:00:00Z","step":"day","values":[1,null,3]}]
        """;

    [Fact]
    public async Task A_forecast_has_points_and_quantiles_in_the_order_of_the_series_and_each_point_is_a_token()
    {
        fixture.Answers(Path, """
            {"data":[{"id":"b","points":[5,6],"quantiles":{"0.1":[4,5],"0.9":[6,7]}},
              {"id":"a","points":[1,2],"quantiles":{"0.1":[0,1],"0.9":[2,3]},"backtest":{"mase":0.8}}]}
            """);
        var answer = await ForecastAsync("""
            "series":[{"id":"a","start":0,"step":3600,"values":[1,2,3]},{"id":"b","times":[1,5],"values":[1,2]}],
            "horizon":2,"quantiles":[0.1,0.90]
            """);

        Assert.Equal(["a", "b"], answer.Json["data"]!.AsArray().Select(one => (string)one!["id"]!));
        Assert.Equal("[1,2]", answer.Json["data"]![0]!["points"]!.ToJsonString());
        Assert.Equal("[6,7]", answer.Json["data"]![1]!["quantiles"]!["0.9"]!.ToJsonString());
        Assert.Equal(0.8, (double)answer.Json["data"]![0]!["backtest"]!["mase"]!);
        Assert.Null(answer.Json["data"]![1]!["backtest"]);
        var usage = answer.Json["usage"]!;
        Assert.Equal((5, 4, 13_000), (
            (int)usage["prompt_tokens"]!, (int)usage["completion_tokens"]!, (int)usage["cost_nusd"]!));
    }

    [Fact]
    public async Task Advice_comes_with_its_expected_cost_or_the_answer_is_none()
    {
        const string Order = """ "horizon":1,"decision":{"kind":"order","under_cost":3,"over_cost":1} """;
        fixture.Answers(Path, """
            {"data":[{"id":"a","points":[4],"advice":{"kind":"x","amounts":[5],"expected_cost":1.5}}]}
            """);
        var order = await ForecastAsync($"{Series},{Order}");
        fixture.Answers(Path, """{"data":[{"id":"a","points":[4],"advice":{"probabilities":[0.25]}}]}""");
        var threshold = await ForecastAsync(
            $$"""{{Series}},"horizon":1,"decision":{"kind":"threshold","value":9}""");
        var lacking = await ForecastAsync($"{Series},{Order}");

        Assert.Equal("""{"kind":"order","amounts":[5],"expected_cost":1.5}""",
            order.Json["data"]![0]!["advice"]!.ToJsonString());
        Assert.Equal("""{"kind":"threshold","probabilities":[0.25]}""",
            threshold.Json["data"]![0]!["advice"]!.ToJsonString());
        Assert.Equal((502, "all_experts_failed", null), lacking.Refusal);
    }

    [Theory]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":[{"id":"z","points":[1,2]}]}""")]
    [InlineData("""{"data":[{"id":"a","points":[1]}]}""")]
    [InlineData("""{"data":[{"id":"a","points":[1,"2"]}]}""")]
    [InlineData("""{"data":[{"id":"a","points":[1,1e999]}]}""")]
    [InlineData("""{"data":[{"id":"a","points":[1,2],"quantiles":{"0.1":[2,2],"0.9":[1,3]}}]}""")]
    [InlineData("""{"data":[{"id":"a","points":[1,2],"quantiles":{"0.1":[1,2]}}]}""")]
    public async Task An_answer_that_is_none_is_an_error_and_free(string json)
    {
        fixture.Answers(Path, json);
        var before = await fixture.ChargedAsync();
        var answer = await ForecastAsync($"""{Series},"horizon":2,"quantiles":[0.1,0.9]""");

        Assert.Equal((502, "all_experts_failed", null), answer.Refusal);
        Assert.Equal(before, await fixture.ChargedAsync());
    }

    [Theory]
    [InlineData(""" "horizon":1 """, "missing_required_parameter", "series")]
    [InlineData($"{Series}", "missing_required_parameter", "horizon")]
    [InlineData($"""{Series},"horizon":513""", "invalid_value", "horizon")]
    [InlineData(""" "series":[],"horizon":1 """, "invalid_value", "series")]
    [InlineData(""" "series":[{"values":[1]}],"horizon":1 """, "missing_required_parameter", "series[0].id")]
    [InlineData(""" "series":[{"id":"a","values":[null]}],"horizon":1 """, "invalid_value", "series[0].values")]
    [InlineData(""" "series":[{"id":"a","values":[1,1e999]}],"horizon":1 """, "invalid_value", "series[0].values[1]")]
    [InlineData(""" "series":[{"id":"a","values":["NaN"]}],"horizon":1 """, "invalid_type", "series[0].values[0]")]
    [InlineData(""" "series":[{"id":"a","values":[1,2],"times":[5,5]}],"horizon":1 """,
        "invalid_value", "series[0].times[1]")]
    [InlineData(""" "series":[{"id":"a","values":[1],"start":"soon"}],"horizon":1 """,
        "invalid_value", "series[0].start")]
    [InlineData(""" "series":[{"id":"a","values":[1],"step":"blink"}],"horizon":1 """,
        "invalid_value", "series[0].step")]
    [InlineData(""" "series":[{"id":"a","values":[1],"freq":"D"}],"horizon":1 """,
        "unknown_parameter", "series[0].freq")]
    [InlineData(""" "series":[{"id":"a","values":[1]},{"id":"a","values":[1]}],"horizon":1 """,
        "invalid_value", "series[1].id")]
    [InlineData($"""{Series},"horizon":1,"quantiles":[0.9,0.1]""", "invalid_value", "quantiles[1]")]
    [InlineData($"""{Series},"horizon":1,"quantiles":[1]""", "invalid_value", "quantiles[0]")]
    [InlineData($$"""{{Series}},"horizon":1,"decision":{"kind":"bet"}""", "invalid_value", "decision.kind")]
    [InlineData($$"""{{Series}},"horizon":1,"decision":{"kind":"threshold"}""",
        "missing_required_parameter", "decision.value")]
    [InlineData($$"""{{Series}},"horizon":1,"decision":{"kind":"order","under_cost":-1,"over_cost":1}""",
        "invalid_value", "decision.under_cost")]
    [InlineData($$"""{{Series}},"horizon":1,"covariates":[{"name":"p","series":"b","values":[1]}]""",
        "invalid_value", "covariates[0].series")]
    [InlineData($$"""{{Series}},"horizon":1,"covariates":[{"name":"p","series":"a","values":[1,2,3]}]""",
        "invalid_value", "covariates[0].values")]
    [InlineData($"""{Series},"horizon":512,"max_cost":0.000004""", "max_cost_too_low", "max_cost")]
    public async Task A_wrong_field_is_refused_by_its_name(string fields, string code, string param) =>
        Assert.Equal((400, code, param), (await ForecastAsync(fields)).Refusal);

    [Fact]
    public async Task Covariates_are_read_and_counted()
    {
        fixture.Answers(Path, """{"data":[{"id":"a","points":[1]}]}""");
        var answer = await ForecastAsync(
            $$"""{{Series}},"horizon":1,"covariates":[{"name":"p","series":"a","values":[1,2,3,4]}]""");

        Assert.Equal(7, (int)answer.Json["usage"]!["prompt_tokens"]!);
        Assert.Equal("p", (string?)JsonNode.Parse(fixture.Miner.Calls[^1].Body.Span)!["covariates"]![0]!["name"]);
    }

    private Task<ModalAnswer> ForecastAsync(string fields) =>
        fixture.PostAsync(Path, $$"""{"model":"{{ModalGateway.Oracle}}",{{fields}}}""");
}
