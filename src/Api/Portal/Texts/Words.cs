using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Gateway.Api.Portal.Texts;

/// <summary>The portal's sentences in one language: whole sentences with places for values, never pieces to be put
/// together. A key that is missing is shown as itself; a test keeps all languages complete.</summary>
internal sealed class Words
{
    private const string Prefix = "portal.texts.";
    private const string Suffix = ".json";

    /// <summary>What people read until they choose.</summary>
    public const string Default = "en";

    private static readonly FrozenDictionary<string, Words> All = new[] { Default, "pt", "es" }
        .ToFrozenDictionary(language => language, language => new Words(language, Load(language)));

    private readonly FrozenDictionary<string, string> _texts;

    private Words(string language, FrozenDictionary<string, string> texts) => (Language, _texts) = (language, texts);

    /// <summary>The languages, by their tags.</summary>
    public static IReadOnlyList<string> Languages { get; } = [Default, "pt", "es"];

    /// <summary>The language's tag, for the page's <c>lang</c>.</summary>
    public string Language { get; }

    /// <summary>All keys of this language.</summary>
    public IEnumerable<string> Keys => _texts.Keys;

    /// <summary>The text of a key.</summary>
    public string this[string key] => _texts.GetValueOrDefault(key, key);

    /// <summary>A text with its places filled.</summary>
    public string this[string key, params ReadOnlySpan<object?> values] =>
        string.Format(CultureInfo.InvariantCulture, this[key], values);

    /// <summary>A text for a number of things, from <c>key.one</c> or <c>key.other</c>: the three languages have these
    /// two forms and make one of exactly 1 (Unicode CLDR, plural rules).</summary>
    public string Count(string key, long number) => this[
        number == 1 ? key + ".one" : key + ".other", Figures.Of(this).Count(number)];

    /// <summary>Why the router passed a candidate over; a reason that has no text here is told in its own word.
    /// </summary>
    public string Reason(string? code) =>
        code is null ? "" : _texts.GetValueOrDefault("reject." + code) ?? code;

    /// <summary>The texts of a language; of an unknown one, the default's.</summary>
    public static Words In(string? language) =>
        language is not null && All.TryGetValue(language, out var words) ? words : All[Default];

    /// <summary>The first language of an Accept-Language header (RFC 9110, 12.5.4) that there are texts in.</summary>
    public static string Preferred(string accepted) => accepted
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(range => range.Split(';', '-')[0].Trim().ToLowerInvariant())
        .FirstOrDefault(All.ContainsKey, Default);

    private static FrozenDictionary<string, string> Load(string language)
    {
        using var stream = typeof(Words).Assembly.GetManifestResourceStream(Prefix + language + Suffix)
            ?? throw new InvalidOperationException($"The texts in {language} are missing.");
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!.ToFrozenDictionary();
    }
}
