using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Gateway.Router.Tasks;

/// <summary>Tells the language of a text, or that it cannot be told. Addresses, code and quotations do not vote: a
/// question about a French sentence is not French.</summary>
internal static partial class LanguageDetector
{
    private const int ReadCharacters = 2000;
    private const int LeastLetters = 20;

    // Of one script's letters in all: some names in another alphabet do not make a text of it.
    private const double ScriptShare = 0.5;
    private const double Margin = 0.15;
    private const double WordShare = 0.6;

    private static readonly (string Code, char First, char Last)[] Scripts =
    [
        ("el", 'Ͱ', 'Ͽ'), ("he", '\u0590', '\u05ff'), ("hy", '\u0530', '\u058f'), ("ka", '\u10a0', '\u10ff'),
        ("th", '\u0e00', '\u0e7f'), ("lo", '\u0e80', '\u0eff'), ("km", '\u1780', '\u17ff'), ("my", '\u1000', '\u109f'),
        ("ta", '\u0b80', '\u0bff'), ("te", '\u0c00', '\u0c7f'), ("kn", '\u0c80', '\u0cff'), ("ml", '\u0d00', '\u0d7f'),
        ("gu", '\u0a80', '\u0aff'), ("pa", '\u0a00', '\u0a7f'), ("si", '\u0d80', '\u0dff'),
        ("ko", '\uac00', '\ud7a3'), ("ja", '\u3040', '\u30ff'),
    ];

    /// <summary>The language of the text, or undecided: below 20 letters, or with less than 0.15 between the two
    /// likeliest.</summary>
    internal static TextLanguage Detect(string text)
    {
        var plain = Plain(text.Length > ReadCharacters ? text[..ReadCharacters] : text);
        var letters = plain.Count(char.IsLetter);
        return ByScript(plain, letters) is { IsDecided: true } told
            ? told
            : letters >= LeastLetters ? ByWords(plain) : TextLanguage.Undecided;
    }

    // A script of one language tells by itself. Kana tells Japanese even among many Chinese characters; the characters
    // alone tell Chinese.
    private static TextLanguage ByScript(string text, int letters)
    {
        foreach (var (code, first, last) in Scripts)
        {
            var own = text.Count(letter => letter >= first && letter <= last);
            if (own > ScriptShare * letters || (code == "ja" && own > 0 && own + Han(text) > ScriptShare * letters))
            {
                return new(code);
            }
        }

        return letters > 0 && Han(text) > ScriptShare * letters ? new("zh") : TextLanguage.Undecided;
    }

    private static int Han(string text) => text.Count(static letter => letter is >= '\u4e00' and <= '\u9fff');

    private static TextLanguage ByWords(string text)
    {
        var words = Words().Matches(text).Select(match => match.Value).ToArray();
        var trigrams = LanguageProfile.TrigramsOf(string.Join(' ', words)).ToArray();
        var (best, next) = (default((string? Code, double Score)), 0.0);
        foreach (var profile in LanguageProfiles.All)
        {
            var score = Score(profile, words, trigrams);
            if (score > best.Score)
            {
                (next, best) = (best.Score, (profile.Code, score));
            }
            else
            {
                next = Math.Max(next, score);
            }
        }

        return best.Score > 0 && best.Score - next >= Margin * best.Score ? new(best.Code) : TextLanguage.Undecided;
    }

    // Both shares are of what the text has, so that long and short texts compare.
    private static double Score(LanguageProfile profile, string[] words, string[] trigrams)
    {
        var known = (double)words.Count(profile.Words.Contains) / words.Length;
        var familiar = (double)trigrams.Count(profile.Trigrams.Contains) / trigrams.Length;

        // Names and commands have familiar trigrams in some language or other, but no small words.
        return known > 0 ? (WordShare * known) + ((1 - WordShare) * familiar) : 0;
    }

    [SuppressMessage("Globalization", "CA1308:Normalize strings to uppercase", Justification = "Profiles are lower.")]
    private static string Plain(string text) => Silent().Replace(text, " ").ToLowerInvariant();

    [GeneratedRegex("```[\\s\\S]*?(```|$)|`[^`]*`|https?://\\S+|\"[^\"]*\"|“[^”]*”|«[^»]*»")]
    private static partial Regex Silent();

    [GeneratedRegex(@"[\p{L}\p{M}]+", RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}
