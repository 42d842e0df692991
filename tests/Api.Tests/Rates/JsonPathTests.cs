using System.Text.Json;
using Gateway.Api.Rates;

namespace Gateway.Api.Tests.Rates;

public sealed class JsonPathTests
{
    private const string Document = """
        {"bittensor":{"usd":401.25,"":7},"data":[{"last":"402"},{"last":"403"}],"a.b":{"c[0]":1},"é":2,"null":null}
        """;

    [Theory]
    [InlineData("$.bittensor.usd", "401.25")]
    [InlineData("bittensor.usd", "401.25")]
    [InlineData(".bittensor['usd']", "401.25")]
    [InlineData("$['data'][0].last", "\"402\"")]
    [InlineData("data[-1]['last']", "\"403\"")]
    [InlineData("$[\"a.b\"]['c[0]']", "1")]
    [InlineData("$.é", "2")]
    [InlineData("$.bittensor['']", "7")]
    [InlineData("$.null", "null")]
    public void A_path_finds_its_value(string text, string expected)
    {
        using var document = JsonDocument.Parse(Document);

        Assert.True(JsonPath.TryParse(text, out var path));
        Assert.True(path.TryFind(document.RootElement, out var found));
        Assert.Equal(expected, found.GetRawText());
        Assert.Equal(text, path.ToString());
    }

    [Theory]
    [InlineData("$.bittensor.eur")]
    [InlineData("$.bittensor.usd.last")]
    [InlineData("$.data[2]")]
    [InlineData("$.data[-3]")]
    [InlineData("$.data[-2147483648]")]
    [InlineData("$.bittensor[0]")]
    [InlineData("$.data.last")]
    public void A_value_that_is_not_there_is_not_found(string text)
    {
        using var document = JsonDocument.Parse(Document);

        Assert.True(JsonPath.TryParse(text, out var path));
        Assert.False(path.TryFind(document.RootElement, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$$")]
    [InlineData("$a")]
    [InlineData("$.")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("a[")]
    [InlineData("a[]")]
    [InlineData("a[x]")]
    [InlineData("a[1")]
    [InlineData("a[ 1]")]
    [InlineData("a['x]")]
    [InlineData("a['x'")]
    [InlineData("a[']")]
    [InlineData("a['x\\'']")]
    [InlineData("a[*]")]
    [InlineData("a[0:2]")]
    [InlineData("a.0")]
    [InlineData("a b")]
    [InlineData("$.*")]
    [InlineData("$[99999999999]")]
    public void What_is_no_path_to_one_value_is_refused(string text) => Assert.False(JsonPath.TryParse(text, out _));

    [Fact]
    public void Any_text_is_a_path_or_not_and_nothing_else()
    {
        const string Letters = "$.[]'\"a0-\\ é";
        var random = new Random(5);
        using var document = JsonDocument.Parse(Document);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new string(random.GetItems<char>(Letters, random.Next(12)));
            if (JsonPath.TryParse(text, out var path))
            {
                path.TryFind(document.RootElement, out _);
            }
        }
    }
}
