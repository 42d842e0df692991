using System.Buffers.Binary;

namespace Gateway.Api.Tasks.Media;

/// <summary>How long an Ogg file with Opus or Vorbis is (RFC 3533, section 6; RFC 7845, section 4; Vorbis I, section
/// 4.2.2): where its last page stands, of all streams that follow each other in it.</summary>
internal static class OggPages
{
    private const int Head = 27;
    private const int IsFirst = 2;
    private const int OpusRate = 48_000;

    // Above what both are used with: a page that lies about where it stands.
    private const long MostBytesPerSecond = 128 * 1024;

    /// <summary>Null for another sound inside.</summary>
    public static long? Milliseconds(ReadOnlySpan<byte> bytes)
    {
        long rate = 0, last = 0, ms = 0;
        for (var at = 0; at + Head <= bytes.Length && bytes[at..].StartsWith("OggS"u8);)
        {
            var page = bytes[at..];
            int segments = page[26];
            if (page.Length < Head + segments)
            {
                break;
            }

            var size = 0;
            foreach (var segment in page.Slice(Head, segments))
            {
                size += segment;
            }

            if ((page[5] & IsFirst) != 0)
            {
                ms += Ms(last, rate);
                (rate, last) = (RateOf(page[(Head + segments)..]), 0);
            }

            last = Math.Max(last, BinaryPrimitives.ReadInt64LittleEndian(page[6..]));
            at += Head + segments + size;
        }

        return rate == 0 ? null : Math.Max(ms + Ms(last, rate), bytes.Length * 1000L / MostBytesPerSecond);
    }

    private static long Ms(long samples, long rate) =>
        rate == 0 ? 0 : (long)Int128.Min((Int128)samples * 1000 / rate, int.MaxValue);

    private static long RateOf(ReadOnlySpan<byte> data) =>
        data.StartsWith("OpusHead"u8) ? OpusRate
        : data.Length >= 16 && data.StartsWith("\u0001vorbis"u8)
            ? BinaryPrimitives.ReadUInt32LittleEndian(data[12..])
        : 0;
}
