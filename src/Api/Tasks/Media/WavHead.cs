using System.Buffers.Binary;

namespace Gateway.Api.Tasks.Media;

/// <summary>How long a WAV file is (Microsoft, Multimedia Programming Interface 1.0, chapter 3).</summary>
internal static class WavHead
{
    private const int ChunkHead = 8;
    private const int Pcm = 1;
    private const int Float = 3;
    private const int Extensible = 0xFFFE;

    /// <summary>Zero for a file without sound.</summary>
    public static long? Milliseconds(ReadOnlySpan<byte> bytes)
    {
        long rate = 0, sound = 0;
        for (long at = 12; at + ChunkHead <= bytes.Length;)
        {
            var chunk = bytes[(int)at..];
            var data = chunk[ChunkHead..];

            // Some write their data before they know its length, and then leave a wrong one: it is what is there.
            var size = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]), (long)data.Length);
            if (chunk.StartsWith("fmt "u8) && size >= 16)
            {
                rate = BytesPerSecond(data);
            }
            else if (chunk.StartsWith("data"u8))
            {
                sound += size == 0 ? data.Length : size;
            }

            at += ChunkHead + size + (size & 1);
        }

        return rate > 0 ? sound * 1000 / rate : 0;
    }

    // Of what is not compressed it follows from the samples, whatever is claimed.
    private static long BytesPerSecond(ReadOnlySpan<byte> format)
    {
        var kind = BinaryPrimitives.ReadUInt16LittleEndian(format);
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        long samples = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        return kind is Pcm or Float or Extensible
            ? samples * channels * bits / 8
            : BinaryPrimitives.ReadUInt32LittleEndian(format[8..]);
    }
}
