using System.Text.RegularExpressions;
using Gateway.Api.Portal.Texts;
using Gateway.Core;
using Gateway.Testing;

namespace Gateway.Api.Tests.Portal;

public sealed partial class WordsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "Api", "Portal");

    public static TheoryData<string> Languages => [.. Words.Languages];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_language_has_every_text_with_the_same_places(string language)
    {
        var (own, english) = (Words.In(language), Words.In(Words.Default));

        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), own.Keys.Order(StringComparer.Ordinal));
        Assert.All(own.Keys, key => Assert.Equal(Places(english[key]), Places(own[key])));
        Assert.All(own.Keys, key => Assert.False(string.IsNullOrWhiteSpace(own[key]), key));
    }

    [Fact]
    public void Every_text_that_a_page_names_is_there()
    {
        var known = Words.In(Words.Default).Keys.ToHashSet(StringComparer.Ordinal);
        var missing = Sources().SelectMany(path => NamedKeys(File.ReadAllText(path)).Select(key => (path, key)))
            .Where(one => !known.Contains(one.key) && !known.Contains(one.key + ".one"))
            .Select(one => $"{Path.GetFileName(one.path)}: {one.key}");

        Assert.Empty(missing);
    }

    [Fact]
    public void No_component_holds_a_text_of_its_own()
    {
        string[] names = ["DevNet", "Gateway", "TypeScript", "Python", "auto"];
        var texts = Sources().Where(path => path.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(path => Letters().Matches(Markup(File.ReadAllText(path)))
                .Select(match => (File: Path.GetFileName(path), Text: match.Groups["text"].Value.Trim())))
            .Where(one => Word().IsMatch(one.Text) && !names.Contains(one.Text));

        Assert.Empty(texts);
    }

    [Theory]
    [InlineData("pt-BR,pt;q=0.9,en;q=0.8", "pt")]
    [InlineData("fr, es-MX;q=0.5", "es")]
    [InlineData("zz,*", "en")]
    [InlineData("", "en")]
    public void A_browser_gets_the_first_of_its_languages_that_is_there(string accepted, string language) =>
        Assert.Equal(language, Words.Preferred(accepted));

    [Theory]
    [InlineData("en", 1, "credit lasts 1 more day")]
    [InlineData("en", 0, "credit lasts 0 more days")]
    [InlineData("es", 1234, "el crédito dura 1.234 días más")]
    public void Plurals_follow_the_number(string language, long days, string text) =>
        Assert.Equal(text, Words.In(language).Count("overview.days", days));

    [Theory]
    [InlineData("en", 1_234_567_891_234_567, "$1,234,567.89", "$1,234,567.891235")]
    [InlineData("es", 1_234_567_891_234_567, "$1.234.567,89", "$1.234.567,891235")]
    [InlineData("en", 0, "$0.00", "$0.000000")]
    [InlineData("en", 14_000, "< $0.01", "$0.000014")]
    [InlineData("en", -2_500_000_000, "−$2.50", "−$2.500000")]
    [InlineData("en", 5_000_000, "$0.01", "$0.005000")]
    [InlineData("en", long.MaxValue, "$9,223,372,036.85", "$9,223,372,036.854776")]
    public void Money_is_written_from_integers(string language, long nusd, string brief, string exact)
    {
        var figures = Figures.Of(Words.In(language));

        Assert.Equal(brief, figures.Usd(new(nusd)));
        Assert.Equal(exact, figures.UsdExact(new(nusd)));
    }

    [Fact]
    public void Tao_has_no_zeros_behind() => Assert.Equal(
        ("0.0125 TAO", "1,000 TAO"),
        (Figures.Of(Words.In("en")).Tao(new Rao(12_500_000)), Figures.Of(Words.In("en")).Tao(new(1_000_000_000_000))));

    private static IEnumerable<string> Sources() => Directory
        .EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetExtension(path) is ".razor" or ".cs");

    private static IEnumerable<string> NamedKeys(string source) =>
        KeyInSource().Matches(source).Select(match => match.Groups["key"].Value);

    private static string[] Places(string text) =>
        [.. Place().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal)];

    // What stands in tags and in code is no text.
    private static string Markup(string razor)
    {
        var code = razor.IndexOf("@code", StringComparison.Ordinal);
        var markup = code < 0 ? razor : razor[..code];
        return Directive().Replace(markup, "");
    }

    [GeneratedRegex("W(?:\\.Count)?[\\[(]\"(?<key>[a-z][a-zA-Z_.0-9]+)\"")]
    private static partial Regex KeyInSource();

    [GeneratedRegex("\\{\\d\\}")]
    private static partial Regex Place();

    [GeneratedRegex("@\\*[^*]*\\*@|^@(inject|using|inherits|layout).*$", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex("[a-z\"]>(?<text>[^<>@{}()]+)<")]
    private static partial Regex Letters();

    [GeneratedRegex("[A-Za-z]{3,}")]
    private static partial Regex Word();
}
