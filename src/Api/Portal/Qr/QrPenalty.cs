namespace Gateway.Api.Portal.Qr;

/// <summary>How hard a masked code is to read: the four rules of ISO/IEC 18004, 7.8.3.</summary>
internal static class QrPenalty
{
    private const int LongRun = 5;
    private const int RunCost = 3;
    private const int BlockCost = 3;
    private const int FinderCost = 40;
    private const int BalanceCost = 10;

    private static readonly bool[] Finder = [true, false, true, true, true, false, true];

    public static int Of(QrGrid grid)
    {
        var cost = Blocks(grid) + Balance(grid);
        for (var i = 0; i < grid.Size; i++)
        {
            var line = i;
            cost += Line(grid.Size, place => grid.IsDark(place, line))
                + Line(grid.Size, place => grid.IsDark(line, place));
        }

        return cost;
    }

    private static int Line(int size, Func<int, bool> isDark)
    {
        var (cost, run) = (0, 0);
        for (var i = 0; i < size; i++)
        {
            run = i > 0 && isDark(i) == isDark(i - 1) ? run + 1 : 1;
            cost += run == LongRun ? RunCost : run > LongRun ? 1 : 0;
            cost += LooksLikeFinder(size, i, isDark) ? FinderCost : 0;
        }

        return cost;
    }

    private static bool LooksLikeFinder(int size, int start, Func<int, bool> isDark)
    {
        if (start + Finder.Length > size)
        {
            return false;
        }

        for (var i = 0; i < Finder.Length; i++)
        {
            if (isDark(start + i) != Finder[i])
            {
                return false;
            }
        }

        return IsLight(start - 4) || IsLight(start + Finder.Length);

        bool IsLight(int from) =>
            Enumerable.Range(from, 4).All(place => place < 0 || place >= size || !isDark(place));
    }

    private static int Blocks(QrGrid grid)
    {
        var cost = 0;
        for (var y = 1; y < grid.Size; y++)
        {
            for (var x = 1; x < grid.Size; x++)
            {
                var isDark = grid.IsDark(x, y);
                cost += grid.IsDark(x - 1, y) == isDark && grid.IsDark(x, y - 1) == isDark
                    && grid.IsDark(x - 1, y - 1) == isDark ? BlockCost : 0;
            }
        }

        return cost;
    }

    private static int Balance(QrGrid grid)
    {
        var dark = 0;
        for (var y = 0; y < grid.Size; y++)
        {
            for (var x = 0; x < grid.Size; x++)
            {
                dark += grid.IsDark(x, y) ? 1 : 0;
            }
        }

        var all = grid.Size * grid.Size;
        return Math.Abs((dark * 20) - (all * 10)) / all * BalanceCost;
    }
}
