namespace Gateway.Api.Portal.Qr;

/// <summary>The modules of a QR code: fixed patterns, format and version, and the words in their winding way under a
/// mask (ISO/IEC 18004, 6.3, 7.7 to 7.10).</summary>
internal sealed class QrGrid
{
    public const int Masks = 8;

    private const int FormatPolynomial = 0x537;
    private const int FormatMask = 0x5412;
    private const int VersionPolynomial = 0x1F25;
    private const int VersionShownFrom = 7;

    private readonly bool[] _dark;
    private readonly bool[] _fixed;

    private QrGrid(int size) => (Size, _dark, _fixed) = (size, new bool[size * size], new bool[size * size]);

    public int Size { get; }

    public bool IsDark(int x, int y) => _dark[(y * Size) + x];

    public static QrGrid Draw(QrVersion version, byte[] words, int mask)
    {
        var grid = new QrGrid(version.Size);
        grid.DrawTiming();
        grid.DrawFinders();
        grid.DrawAlignment(version.Centers);
        grid.DrawFormat(mask);
        grid.DrawVersion(version.Number);
        grid.DrawWords(words, mask);
        return grid;
    }

    private void DrawTiming()
    {
        for (var i = 0; i < Size; i++)
        {
            Fix(6, i, i % 2 == 0);
            Fix(i, 6, i % 2 == 0);
        }
    }

    private void DrawFinders()
    {
        foreach (var (x, y) in new[] { (3, 3), (Size - 4, 3), (3, Size - 4) })
        {
            DrawRings(x, y, 4, distance => distance is not (2 or 4));
        }
    }

    private void DrawAlignment(IReadOnlyList<int> centers)
    {
        foreach (var x in centers)
        {
            foreach (var y in centers)
            {
                // Three corners belong to the finders.
                var first = centers[0];
                var last = centers[^1];
                if ((x, y) != (first, first) && (x, y) != (first, last) && (x, y) != (last, first))
                {
                    DrawRings(x, y, 2, distance => distance != 1);
                }
            }
        }
    }

    private void DrawRings(int centerX, int centerY, int reach, Func<int, bool> isDark)
    {
        for (var dy = -reach; dy <= reach; dy++)
        {
            for (var dx = -reach; dx <= reach; dx++)
            {
                var (x, y) = (centerX + dx, centerY + dy);
                if (x >= 0 && x < Size && y >= 0 && y < Size)
                {
                    Fix(x, y, isDark(Math.Max(Math.Abs(dx), Math.Abs(dy))));
                }
            }
        }
    }

    // Level M is 00, so the five bits are the mask's number.
    private void DrawFormat(int mask)
    {
        var bits = ((mask << 10) | Remainder(mask, FormatPolynomial, 10)) ^ FormatMask;
        for (var i = 0; i < 15; i++)
        {
            var isDark = ((bits >> i) & 1) == 1;
            var (x, y) = i switch
            {
                < 6 => (8, i),
                6 => (8, 7),
                7 => (8, 8),
                8 => (7, 8),
                _ => (14 - i, 8),
            };
            Fix(x, y, isDark);
            (x, y) = i < 8 ? (Size - 1 - i, 8) : (8, Size - 15 + i);
            Fix(x, y, isDark);
        }

        Fix(8, Size - 8, isDark: true);
    }

    private void DrawVersion(int number)
    {
        if (number < VersionShownFrom)
        {
            return;
        }

        var bits = (number << 12) | Remainder(number, VersionPolynomial, 12);
        for (var i = 0; i < 18; i++)
        {
            var isDark = ((bits >> i) & 1) == 1;
            var (far, near) = (Size - 11 + (i % 3), i / 3);
            Fix(far, near, isDark);
            Fix(near, far, isDark);
        }
    }

    private void DrawWords(byte[] words, int mask)
    {
        var bit = 0;
        for (var right = Size - 1; right >= 1; right -= 2)
        {
            // The column of the timing pattern holds no data.
            right = right == 6 ? 5 : right;
            for (var step = 0; step < Size; step++)
            {
                var isUpward = ((right + 1) & 2) == 0;
                var y = isUpward ? Size - 1 - step : step;
                for (var x = right; x > right - 2; x--)
                {
                    var place = (y * Size) + x;
                    if (!_fixed[place])
                    {
                        var isSet = bit < words.Length * 8 && ((words[bit / 8] >> (7 - (bit % 8))) & 1) == 1;
                        _dark[place] = isSet ^ IsMasked(mask, x, y);
                        bit++;
                    }
                }
            }
        }
    }

    private static bool IsMasked(int mask, int x, int y) => mask switch
    {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => ((x / 3) + (y / 2)) % 2 == 0,
        5 => (x * y % 2) + (x * y % 3) == 0,
        6 => ((x * y % 2) + (x * y % 3)) % 2 == 0,
        _ => (((x + y) % 2) + (x * y % 3)) % 2 == 0,
    };

    private static int Remainder(int value, int polynomial, int degree)
    {
        var rest = value;
        for (var i = 0; i < degree; i++)
        {
            rest = (rest << 1) ^ ((rest >> (degree - 1)) * polynomial);
        }

        return rest;
    }

    private void Fix(int x, int y, bool isDark)
    {
        var place = (y * Size) + x;
        (_dark[place], _fixed[place]) = (isDark, true);
    }
}
