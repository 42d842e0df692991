using System.Text;
using CsCheck;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Tests.OpenAi;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":{"b":1},"c":{"b":1}}""")]
    [InlineData("""{"a":"\ud83d\ude00"}""")]
    [InlineData("""{"a":"\\ud800"}""")]
    [InlineData("""{"a":"\uD83D\uDE00 \uE000 \ud7ff"}""")]
    [InlineData(" \n{}\t")]
    public void Good_bodies_pass(string body) => StrictJson.Parse(Encoding.UTF8.GetBytes(body)).Dispose();

    [Theory]
    [InlineData("", "invalid_json")]
    [InlineData("{", "invalid_json")]
    [InlineData("[]", "invalid_json")]
    [InlineData("\"text\"", "invalid_json")]
    [InlineData("{} {}", "invalid_json")]
    [InlineData("{}x", "invalid_json")]
    [InlineData("{\"a\":1,}", "invalid_json")]
    [InlineData("{\"a\":1 /* why */}", "invalid_json")]
    [InlineData("{\"a\":NaN}", "invalid_json")]
    [InlineData("\uFEFF{}", "invalid_json")]
    [InlineData("""{"a":"\ud800"}""", "invalid_json")]
    [InlineData("""{"a":"\udc00\ud800"}""", "invalid_json")]
    [InlineData("""{"a":"\ud800\ud800"}""", "invalid_json")]
    [InlineData("""{"a":"x\\\uDFFF"}""", "invalid_json")]
    [InlineData("""{"model":"a","model":"b"}""", "duplicate_key")]
    [InlineData("""{"a":{"b":1,"b":2}}""", "duplicate_key")]
    [InlineData("""{"a":1,"\u0061":2}""", "duplicate_key")]
    public void Attack_14_Bodies_that_two_parsers_could_read_differently_are_refused(string body, string code)
    {
        var refused = Assert.Throws<RefusedException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(body)));

        Assert.Equal(code, refused.Error.Code);
        Assert.Equal(400, refused.Error.Status);
    }

    [Fact]
    public void Attack_14_Depth_beyond_64_is_refused()
    {
        var deep = "{\"a\":" + new string('[', 10_000) + new string(']', 10_000) + "}";

        var refused = Assert.Throws<RefusedException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(deep)));
        Assert.Equal("invalid_json", refused.Error.Code);
    }

    [Fact]
    public void Attack_14_Invalid_UTF8_is_refused() => Assert.Throws<RefusedException>(
        () => StrictJson.Parse(new byte[] { (byte)'{', (byte)'"', 0xC3, (byte)'"', (byte)':', (byte)'1', (byte)'}' }));

    [Fact]
    public void Any_bytes_are_parsed_or_refused_and_nothing_else() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        try
        {
            StrictJson.Parse(bytes).Dispose();
        }
        catch (RefusedException)
        {
        }
    });

    [Fact]
    public void Every_string_that_is_well_formed_text_survives_escaping() => Gen.String.Sample(text =>
    {
        var escaped = string.Concat(text.Select(c => $"\\u{(int)c:x4}"));
        var body = Encoding.UTF8.GetBytes($"{{\"a\":\"{escaped}\"}}");
        var whole = IsWellFormed(text);
        try
        {
            using var document = StrictJson.Parse(body);
            return whole && document.RootElement.GetProperty("a").GetString() == text;
        }
        catch (RefusedException)
        {
            return !whole;
        }
    });

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
