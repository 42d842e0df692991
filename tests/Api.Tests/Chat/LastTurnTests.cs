using System.Text.Json;
using Gateway.Api.Chat;

namespace Gateway.Api.Tests.Chat;

public sealed class LastTurnTests
{
    [Theory]
    [InlineData("""[{"role":"user","content":"one"},{"role":"assistant","content":"two"}]""", "one")]
    [InlineData("""[{"role":"user","content":"one"},{"role":"user","content":"two"}]""", "two")]
    [InlineData("""[{"role":"system","content":"one"}]""", "")]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"a "},{"type":"text","text":"b"}]}]""", "a b")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,"}}]}]""", "")]
    [InlineData("""[{"role":"user","content":"a\nb \"c\" \\ \/ \u00fc \ud83d\ude00 ü 😀"}]""",
        "a b \"c\" \\ / ü 😀 ü 😀")]
    [InlineData("""[{"role":"user","content":""}]""", "")]
    public void The_last_user_turn_is_read(string messages, string expected)
    {
        using var document = JsonDocument.Parse(messages);

        Assert.Equal(expected, LastTurn.Of(document.RootElement));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("ü")]
    [InlineData("😀")]
    [InlineData("\\n")]
    [InlineData("\\u00fc")]
    public void A_long_turn_is_cut_without_a_copy_of_it(string letter)
    {
        var text = string.Concat(Enumerable.Repeat(letter, 100_000));
        using var document = JsonDocument.Parse($$"""[{"role":"user","content":"x{{text}}"}]""");
        LastTurn.Of(document.RootElement);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var read = LastTurn.Of(document.RootElement);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8192);
        Assert.InRange(read.Length, LastTurn.MostCharacters - 1, LastTurn.MostCharacters);
        Assert.False(char.IsHighSurrogate(read[^1]));
    }
}
