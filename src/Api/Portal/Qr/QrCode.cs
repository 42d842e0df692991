using System.Text;

namespace Gateway.Api.Portal.Qr;

/// <summary>A QR code of a short text (ISO/IEC 18004): bytes, error correction level M, versions 1 to 10.</summary>
internal sealed class QrCode
{
    private const int Quiet = 4;

    private readonly QrGrid _grid;

    private QrCode(QrGrid grid) => _grid = grid;

    /// <summary>Modules on a side, without the quiet zone.</summary>
    public int Size => _grid.Size;

    /// <summary>Whether a module is dark.</summary>
    public bool this[int x, int y] => _grid.IsDark(x, y);

    /// <summary>Encodes a text in the smallest version that holds it, under the mask with the least penalty.
    /// </summary>
    /// <exception cref="ArgumentException">The text takes more than 213 bytes.</exception>
    public static QrCode Of(string text)
    {
        var data = Encoding.UTF8.GetBytes(text);
        var version = QrVersion.For(data.Length)
            ?? throw new ArgumentException("The text is too long for a QR code of version 10.", nameof(text));
        var words = QrCodewords.Of(data, version);
        var best = Enumerable.Range(0, QrGrid.Masks)
            .Select(mask => QrGrid.Draw(version, words, mask))
            .MinBy(QrPenalty.Of)!;
        return new(best);
    }

    /// <summary>The path of all dark modules as SVG draws it, within a square of <see cref="Span"/>.</summary>
    public string ToPath()
    {
        var path = new StringBuilder();
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                if (this[x, y])
                {
                    path.Append('M').Append(x + Quiet).Append(' ').Append(y + Quiet).Append("h1v1h-1z");
                }
            }
        }

        return path.ToString();
    }

    /// <summary>The side of the whole picture in modules, with the quiet zone.</summary>
    public int Span => Size + (2 * Quiet);
}
