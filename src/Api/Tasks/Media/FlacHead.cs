using System.Buffers.Binary;

namespace Gateway.Api.Tasks.Media;

/// <summary>How long a FLAC file is (RFC 9639, sections 8.1 and 8.2).</summary>
internal static class FlacHead
{
    private const int StreamInfo = 34;
    private const int BlockHead = 4;
    private const int LastBlock = 0x80;

    // Frames that could not be compressed have heads beside their samples.
    private const int RoomPercent = 105;
    private const int RoomBytes = 64 * 1024;

    /// <summary>Null where the writer did not know it.</summary>
    public static long? Milliseconds(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 + BlockHead + StreamInfo || (bytes[4] & ~LastBlock) != 0)
        {
            return 0;
        }

        var packed = BinaryPrimitives.ReadUInt64BigEndian(bytes[18..]);
        var rate = (long)(packed >> 44);
        var channels = (long)((packed >> 41) & 7) + 1;
        var bits = (long)((packed >> 36) & 31) + 1;
        var samples = (long)(packed & 0xF_FFFF_FFFF);
        if (rate == 0)
        {
            return 0;
        }

        // A head may lie about the length, but compressed sound is not larger than it was before.
        var sound = SoundBytes(bytes);
        var most = (samples * channels * bits / 8 * RoomPercent / 100) + RoomBytes;
        return samples == 0 ? null
            : (sound <= most ? samples : sound * 8 / (channels * bits)) * 1000 / rate;
    }

    // Behind the descriptions and pictures.
    private static long SoundBytes(ReadOnlySpan<byte> bytes)
    {
        var at = 4;
        while (at + BlockHead <= bytes.Length)
        {
            var head = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            at += BlockHead + (int)(head & 0xFF_FFFF);
            if (head >> 31 == 1)
            {
                break;
            }
        }

        return Math.Max(bytes.Length - at, 0);
    }
}
