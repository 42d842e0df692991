using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Gateway.Api.Portal.Charts;

/// <summary>Markup in which every value is encoded: what stands in the braces of an interpolated text can never become
/// markup. Numbers are written as SVG reads them.</summary>
[InterpolatedStringHandler]
internal readonly struct Svg
{
    private readonly StringBuilder _text;

    public Svg(int literalLength, int formattedCount) =>
        _text = new StringBuilder(literalLength + (formattedCount * 8));

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(string? text) => _text.Append(HtmlEncoder.Default.Encode(text ?? ""));

    public void AppendFormatted(double number) =>
        _text.Append(CultureInfo.InvariantCulture, $"{Math.Round(number, 2):0.##}");

    public void AppendFormatted(int number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>Markup that was made the same way stays as it is.</summary>
    public void AppendFormatted(Svg other) => _text.Append(other._text);

    public void AppendFormatted(IEnumerable<Svg> parts)
    {
        foreach (var part in parts)
        {
            _text.Append(part._text);
        }
    }

    /// <summary>The markup of an interpolated text.</summary>
    public static Svg Of(Svg svg) => svg;

    public override string ToString() => _text?.ToString() ?? "";
}
