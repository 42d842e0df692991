using System.Globalization;
using System.Text;

namespace Gateway.Api.Portal.Playground;

/// <summary>Text of a stranger for people to read: what would steer a terminal, or turn the direction of writing, is
/// shown as what it is. Markup needs nothing here, since pages encode it.</summary>
internal static class SafeText
{
    /// <summary>The text with every such sign made visible.</summary>
    public static string Of(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '\n' or '\t' => shown.Append(letter),
                '\r' => shown,
                _ when Steers(letter) => shown.Append(CultureInfo.InvariantCulture, $"[U+{(int)letter:X4}]"),
                _ => shown.Append(letter),
            };
        }

        return shown.ToString();
    }

    // Controls, and the embeddings, overrides, isolates and marks of direction (Unicode Standard Annex 9).
    private static bool Steers(char letter) => letter is < ' ' or (>= '\u007f' and <= '\u009f') or '\u061c'
        or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
