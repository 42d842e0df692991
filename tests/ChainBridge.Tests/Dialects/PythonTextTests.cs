using System.Text.Json;
using Gateway.ChainBridge.Dialects;

namespace Gateway.ChainBridge.Tests.Dialects;

/// <summary>Expected texts are CPython 3.11's <c>str([value])</c>.</summary>
public sealed class PythonTextTests
{
    [Theory]
    [InlineData("""["plain"]""", "['plain']")]
    [InlineData("""["it's"]""", "[\"it's\"]")]
    [InlineData("""["say \"x\""]""", "['say \"x\"']")]
    [InlineData("""["both ' and \""]""", "['both \\' and \"']")]
    [InlineData("""["a\n\t\\\r"]""", "['a\\n\\t\\\\\\r']")]
    [InlineData("""["é ü"]""", "['é ü']")]
    [InlineData("""["\u00a0\u200b\u007f\u0001"]""", "['\\xa0\\u200b\\x7f\\x01']")]
    [InlineData("""["\ud83d\ude00"]""", "['😀']")]
    [InlineData("""["\udb40\udc01"]""", "['\\U000e0001']")]
    [InlineData("""["\u0378\ud7ff"]""", "['\\u0378\\ud7ff']")]
    [InlineData("""["a", 1, true, null, {"k": []}]""", "['a', 1, True, None, {'k': []}]")]
    [InlineData("""{"role": "user", "content": "it's"}""", "{'role': 'user', 'content': \"it's\"}")]
    [InlineData("-5", "-5")]
    [InlineData("-0", "0")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    [InlineData("false", "False")]
    [InlineData("[]", "[]")]
    [InlineData("{}", "{}")]
    [InlineData("\"it's\"", "it's")]
    public void A_value_prints_as_in_Python(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(expected, PythonText.Of(document.RootElement));
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("[1e3]")]
    [InlineData("""{"temperature": 0.7}""")]
    public void A_number_that_the_two_languages_print_differently_is_refused(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Throws<ArgumentException>(() => PythonText.Of(document.RootElement));
    }
}
