using CsCheck;
using Gateway.Router.Forwarding;

namespace Gateway.Router.Tests.Forwarding;

public sealed class StopCutterTests
{
    [Theory]
    [InlineData("one two three", "two", "one ")]
    [InlineData("one two three", "four", "one two three")]
    [InlineData("aab", "ab", "a")]
    [InlineData("two", "two", "")]
    [InlineData("naïve 🙂 fox", "🙂", "naïve ")]
    public void A_text_ends_before_the_stop_text(string text, string stop, string expected) =>
        Assert.Equal(expected, Cut([stop], [text]));

    [Fact]
    public void Of_several_the_one_that_is_complete_first_wins() =>
        Assert.Equal("a", Cut(["abX", "b"], ["abX"]));

    [Fact]
    public void Held_back_is_only_what_may_be_a_beginning()
    {
        var cutter = new StopCutter(["END", "\n\n"]);

        Assert.Equal("so E", cutter.Take("so EE", isLast: false));
        Assert.Equal(("Ea", ""), (cutter.Take("a", isLast: false), cutter.Held));
        Assert.Equal(("b", "\n"), (cutter.Take("b\n", isLast: false), cutter.Held));
        Assert.Equal("\n", cutter.Take("", isLast: true));
    }

    [Fact]
    public void However_a_text_is_split_the_answer_is_the_same() =>
        Gen.Select(
            Gen.String[Gen.Char['a', 'c'], 0, 24], Gen.String[Gen.Char['a', 'c'], 1, 4].List[1, 4], Gen.Int[0, 24],
            Gen.Int[0, 24])
        .Sample((text, stops, one, two) =>
        {
            var first = Math.Min(Math.Min(one, two), text.Length);
            var second = Math.Min(Math.Max(one, two), text.Length);
            var letters = Cut(stops, [.. text.Select(letter => letter.ToString())]);
            return Cut(stops, [text]) == letters
                && Cut(stops, [text[..first], text[first..second], text[second..]]) == letters
                && stops.TrueForAll(stop => !letters.Contains(stop, StringComparison.Ordinal));
        });

    private static string Cut(IReadOnlyList<string> stops, string[] pieces)
    {
        var cutter = new StopCutter(stops);
        return string.Concat(pieces.Select(piece => cutter.Take(piece, isLast: false))) + cutter.Take("", isLast: true);
    }
}
