using System.Buffers.Binary;

namespace Gateway.Api.Tasks.Media;

/// <summary>How long an MP4 or M4A file is: its movie header (ISO/IEC 14496-12, 8.2.2).</summary>
internal static class Mp4Boxes
{
    private const int Head = 8;
    private const int LongHead = 16;

    // Films have pictures too; beyond this a head lies about its length.
    private const long MostBytesPerSecond = 1024 * 1024;

    /// <summary>Null where it does not say, as when it was written while it was recorded.</summary>
    public static long? Milliseconds(ReadOnlySpan<byte> bytes)
    {
        var header = Find(Find(bytes, "moov"u8), "mvhd"u8);
        if (header.Length < 32)
        {
            return null;
        }

        var isLong = header[0] == 1;
        ulong scale = BinaryPrimitives.ReadUInt32BigEndian(header[(isLong ? 20 : 12)..]);
        var length = isLong
            ? BinaryPrimitives.ReadUInt64BigEndian(header[24..])
            : BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        var isUnknown = scale == 0 || length == 0 || length == (isLong ? ulong.MaxValue : uint.MaxValue);
        return isUnknown ? null : Math.Max(
            (long)UInt128.Min((UInt128)length * 1000 / scale, int.MaxValue), bytes.Length * 1000L / MostBytesPerSecond);
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> boxes, ReadOnlySpan<byte> name)
    {
        while (boxes.Length >= Head)
        {
            ulong size = BinaryPrimitives.ReadUInt32BigEndian(boxes);
            var head = Head;
            if (size == 1 && boxes.Length >= LongHead)
            {
                (size, head) = (BinaryPrimitives.ReadUInt64BigEndian(boxes[Head..]), LongHead);
            }

            // Zero: up to the end.
            var length = size == 0 ? boxes.Length : (int)ulong.Min(size, (ulong)boxes.Length);
            if (length < head)
            {
                return [];
            }

            if (boxes[4..].StartsWith(name))
            {
                return boxes[head..length];
            }

            boxes = boxes[length..];
        }

        return [];
    }
}
