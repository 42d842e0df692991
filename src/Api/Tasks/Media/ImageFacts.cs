using System.Buffers.Binary;

namespace Gateway.Api.Tasks.Media;

/// <summary>What an image is, by its own bytes and never by what somebody says of it. Only its head is read; nothing is
/// decoded.</summary>
/// <param name="Kind"><c>png</c>, <c>jpeg</c>, <c>webp</c> or <c>gif</c>.</param>
/// <param name="Width">Pixels across, above zero.</param>
/// <param name="Height">Pixels down, above zero.</param>
internal readonly record struct ImageFacts(string Kind, int Width, int Height)
{
    /// <summary>The most pixels that an image may have: 50 megapixels. A few kilobytes can unfold into gigabytes.
    /// </summary>
    public const long MaxPixels = 50_000_000;

    public long Pixels => (long)Width * Height;

    public string MediaType => "image/" + Kind;

    private static ReadOnlySpan<byte> PngMark => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads the head; false for what is none of the four kinds, or has no size.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ImageFacts facts)
    {
        facts = bytes.StartsWith(PngMark) ? Png(bytes)
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? Jpeg(bytes)
            : bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? WebP(bytes[12..])
            : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? Gif(bytes)
            : default;
        return facts is { Width: > 0, Height: > 0 };
    }

    // PNG specification, third edition, 11.2.1: IHDR comes first.
    private static ImageFacts Png(ReadOnlySpan<byte> bytes) =>
        bytes.Length < 24 || !bytes[12..].StartsWith("IHDR"u8) ? default
            : Of("png", BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
                BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));

    // ITU-T T.81, annex B: segments up to the first frame header.
    private static ImageFacts Jpeg(ReadOnlySpan<byte> bytes)
    {
        const int Frame = 0xC0;
        for (var at = 2; at + 9 <= bytes.Length && bytes[at] == 0xFF;)
        {
            var mark = bytes[at + 1];
            if (mark == 0xFF)
            {
                at++;
                continue;
            }

            var isFrame = (mark & 0xF0) == Frame && mark is not (0xC4 or 0xC8 or 0xCC);
            if (isFrame)
            {
                return Of("jpeg", BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]));
            }

            at += 2 + Math.Max((int)BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]), 2);
        }

        return default;
    }

    // RFC 9649, section 2; RFC 6386, section 9.1 (VP8); the lossless bitstream, section 3.4.
    private static ImageFacts WebP(ReadOnlySpan<byte> chunk)
    {
        const int SizeBits = 0x3FFF;
        if (chunk.Length < 18)
        {
            return default;
        }

        var data = chunk[8..];
        if (chunk.StartsWith("VP8X"u8))
        {
            return Of("webp", 1u + ReadUInt24(data[4..]), 1u + ReadUInt24(data[7..]));
        }

        if (chunk.StartsWith("VP8L"u8) && data[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return Of("webp", 1 + (bits & SizeBits), 1 + ((bits >> 14) & SizeBits));
        }

        return chunk.StartsWith("VP8 "u8) && data[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
            ? Of("webp", BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & (uint)SizeBits,
                BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & (uint)SizeBits)
            : default;
    }

    private static ImageFacts Gif(ReadOnlySpan<byte> bytes) => bytes.Length < 10 ? default
        : Of("gif", BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]));

    private static uint ReadUInt24(ReadOnlySpan<byte> bytes) =>
        bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);

    private static ImageFacts Of(string kind, uint width, uint height) =>
        width > int.MaxValue || height > int.MaxValue ? default : new(kind, (int)width, (int)height);
}
