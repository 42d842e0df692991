using CsCheck;
using Gateway.DevNet.Brain;

namespace Gateway.DevNet.Tests.Brain;

public sealed class AnswerTokensTests
{
    public static TheoryData<string, string[]> Texts => new()
    {
        { "", [] },
        { "Paris.", ["Pari", "s", "."] },
        { "The capital of France", ["The", " capi", "tal", " of", " Fran", "ce"] },
        { "a  b", ["a", " ", " b"] },
        { "1234567", ["1234", "567"] },
        { "\"x\" (y)", ["\"", "x", "\"", " ", "(", "y", ")"] },
        { "\uD83D\uDE00!", ["\uD83D\uDE00", "!"] },
        { "a\n\nb", ["a", "\n\n", "b"] },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_has_its_tokens(string text, string[] tokens) => Assert.Equal(tokens, AnswerTokens.Cut(text));

    [Fact]
    public void Tokens_joined_are_the_text_and_their_number_is_the_count() => Gen.String.Sample(text =>
    {
        var tokens = AnswerTokens.Cut(text);
        Assert.Equal(text, string.Concat(tokens));
        Assert.Equal(tokens.Count, AnswerTokens.Count(text));
        Assert.All(tokens, token => Assert.InRange(token.Length, 1, 5));
    });
}
