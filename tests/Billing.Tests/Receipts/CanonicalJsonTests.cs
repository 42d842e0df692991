using System.Text;
using System.Text.Json;

namespace Gateway.Billing.Tests.Receipts;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b": 1, "a": [true, false, null, "x"] }""", """{"a":[true,false,null,"x"],"b":"1"}""")]
    [InlineData("""{"é":1,"z":-2,"A":0}""", """{"A":"0","z":"-2","é":"1"}""")]
    [InlineData("""{"a":{"d":[],"c":{}}}""", """{"a":{"c":{},"d":[]}}""")]
    [InlineData("""[9223372036854775807,-9223372036854775808]""", """["9223372036854775807","-9223372036854775808"]""")]
    [InlineData(""" "a\u002b\/\"\\\n\u0001\u001F€😀" """, "\"a+/\\\"\\\\\\n\\u0001\\u001f€😀\"")]
    [InlineData("""{"\uffff":1,"\ud83d\ude00":2}""", "{\"😀\":\"2\",\"\uffff\":\"1\"}")]
    public void A_value_has_one_form(string json, string canonical)
    {
        Assert.Equal(canonical, Write(json, numbersAsStrings: true));
        Assert.Equal(canonical, Write(Write(json, numbersAsStrings: false), numbersAsStrings: true));
    }

    [Fact]
    public void Served_numbers_stay_numbers() =>
        Assert.Equal("""{"a":[1,-2],"b":"3"}""", Write("""{"b":"3", "a":[1, -2]}""", numbersAsStrings: false));

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("-0")]
    [InlineData("[0.1]")]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    public void Fractions_exponents_and_repeated_names_have_none(string json) =>
        Assert.Throws<FormatException>(() => Write(json, numbersAsStrings: true));

    private static string Write(string json, bool numbersAsStrings)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(CanonicalJson.Write(document.RootElement, numbersAsStrings));
    }
}
