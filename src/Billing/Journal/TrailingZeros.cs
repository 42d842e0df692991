using Microsoft.Win32.SafeHandles;

namespace Gateway.Billing;

/// <summary>The part of a preallocated file that was never written.</summary>
internal static class TrailingZeros
{
    private const int Step = 1 << 20;
    private const int Page = 4096;

    /// <summary>Shortens a file to whole pages with something in them, and one more, and returns its length; zero when
    /// there is nothing in it.</summary>
    internal static long Cut(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        var used = UsedLength(file);

        // A record may end in zeros, far fewer than a page: they may reach into the page after the last byte.
        var kept = used == 0 ? 0 : ((used + Page - 1) / Page * Page) + Page;
        var length = long.Min(RandomAccess.GetLength(file), kept);
        RandomAccess.SetLength(file, length);
        return length;
    }

    private static long UsedLength(SafeFileHandle file)
    {
        var buffer = new byte[Step];
        var end = RandomAccess.GetLength(file);
        while (end > 0)
        {
            var start = long.Max(0, end - Step);
            var part = buffer.AsSpan(0, (int)(end - start));
            RandomAccess.Read(file, part, start);
            var last = part.LastIndexOfAnyExcept((byte)0);
            if (last >= 0)
            {
                return start + last + 1;
            }

            end = start;
        }

        return 0;
    }
}
