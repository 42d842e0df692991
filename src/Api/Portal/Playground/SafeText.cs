using System.Globalization;
using System.Text;

namespace Gateway.Api.Portal.Playground;

/// <summary>Text of a stranger for people to read: what would steer a terminal, or turn the direction of writing, is
/// shown as what it is. Markup needs nothing here, since pages encode it.</summary>
internal static class SafeText
{
    private const char Pictures = '\u2400';
    private const char Delete = '\u007f';
    private const char PictureOfDelete = '\u2421';

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
                < ' ' => shown.Append((char)(Pictures + letter)),
                Delete => shown.Append(PictureOfDelete),
                _ when Turns(letter) => shown.Append(CultureInfo.InvariantCulture, $"[U+{(int)letter:X4}]"),
                _ => shown.Append(letter),
            };
        }

        return shown.ToString();
    }

    // Embeddings, overrides and isolates (Unicode Standard Annex 9), marks of direction, and C1's controls.
    private static bool Turns(char letter) => letter is (>= '\u0080' and <= '\u009f') or '\u061c'
        or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
