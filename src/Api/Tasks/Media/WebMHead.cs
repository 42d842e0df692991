using System.Buffers.Binary;
using System.Numerics;

namespace Gateway.Api.Tasks.Media;

/// <summary>How long a WebM file is: the duration in its segment's information (RFC 8794, section 6; RFC 9559, section
/// 5.1.2).</summary>
internal static class WebMHead
{
    private const uint Segment = 0x18538067;
    private const uint Information = 0x1549A966;
    private const uint Scale = 0x2AD7B1;
    private const uint Duration = 0x4489;
    private const double NanosecondsPerMs = 1_000_000;
    private const long MostBytesPerSecond = 1024 * 1024;

    /// <summary>Null where it does not say, as when a browser recorded it.</summary>
    public static long? Milliseconds(ReadOnlySpan<byte> bytes)
    {
        var information = Find(Find(bytes, Segment), Information);
        if (Number(Find(information, Duration)) is not (> 0 and var duration))
        {
            return null;
        }

        var scale = Find(information, Scale) is { Length: > 0 and <= 8 } given ? Whole(given) : NanosecondsPerMs;
        var ms = duration * scale / NanosecondsPerMs;
        return ms is > 0 and < int.MaxValue ? Math.Max((long)ms, bytes.Length * 1000L / MostBytesPerSecond) : null;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> elements, uint name)
    {
        while (TryTake(ref elements, out var id, out var data))
        {
            if (id == name)
            {
                return data;
            }
        }

        return [];
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> elements, out uint id, out ReadOnlySpan<byte> data)
    {
        id = 0;
        data = default;
        var idLength = LengthOf(elements, 4);
        var sizeLength = idLength == 0 ? 0 : LengthOf(elements[idLength..], 8);
        if (sizeLength == 0)
        {
            return false;
        }

        id = (uint)Whole(elements[..idLength]);
        var size = Whole(elements.Slice(idLength, sizeLength)) & ((1UL << (7 * sizeLength)) - 1);
        var isUnknown = size == (1UL << (7 * sizeLength)) - 1;
        var rest = elements[(idLength + sizeLength)..];
        var length = isUnknown ? rest.Length : (int)ulong.Min(size, (ulong)rest.Length);
        data = rest[..length];
        elements = rest[length..];
        return true;
    }

    // The first bit that is set says how many bytes there are.
    private static int LengthOf(ReadOnlySpan<byte> bytes, int most)
    {
        var length = bytes.IsEmpty ? 0 : BitOperations.LeadingZeroCount(bytes[0]) - 23;
        return length <= most && length <= bytes.Length ? Math.Max(length, 0) : 0;
    }

    private static ulong Whole(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        foreach (var one in bytes)
        {
            value = (value << 8) | one;
        }

        return value;
    }

    private static double? Number(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        sizeof(float) => BinaryPrimitives.ReadSingleBigEndian(bytes),
        sizeof(double) => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        _ => null,
    };
}
