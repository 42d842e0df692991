using System.Buffers.Binary;
using System.Text;

namespace Gateway.Api.Tests.Tasks;

/// <summary>Media files as short as their formats allow.</summary>
internal static class Samples
{
    /// <summary>A PNG's head: signature and IHDR (PNG specification, 11.2.1).</summary>
    internal static byte[] Png(int width, int height)
    {
        var bytes = new byte[33];
        ((byte[])[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]).CopyTo(bytes, 0);
        Encoding.ASCII.GetBytes("IHDR").CopyTo(bytes, 12);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        return bytes;
    }

    /// <summary>A JPEG's head: a segment to be passed over, and the frame's (ITU-T T.81, B.2).</summary>
    internal static byte[] Jpeg(ushort width, ushort height) =>
    [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC2, 0, 17, 8, (byte)(height >> 8), (byte)(height & 255),
        (byte)(width >> 8), (byte)(width & 255), 3, 0, 0, 0,
    ];

    /// <summary>A lossless WebP's head (RFC 9649, section 2.6).</summary>
    internal static byte[] WebP(int width, int height)
    {
        var bytes = new byte[30];
        Encoding.ASCII.GetBytes("RIFF\0\0\0\0WEBPVP8L\0\0\0\0").CopyTo(bytes, 0);
        bytes[20] = 0x2F;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(21), (width - 1) | ((height - 1) << 14));
        return bytes;
    }

    /// <summary>Silence as WAV, 8 kHz, one channel, 16 bits. Its head may claim another length.</summary>
    internal static byte[] Wav(int ms, uint? claimed = null)
    {
        var data = ms * 16;
        var bytes = new byte[44 + data];
        Encoding.ASCII.GetBytes("RIFF\0\0\0\0WAVEfmt ").CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), 8000);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), 1_000_000_000);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(34), 16);
        Encoding.ASCII.GetBytes("data").CopyTo(bytes, 36);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), claimed ?? (uint)data);
        return bytes;
    }

    /// <summary>MP3 frames of 417 bytes, 128 kbit/s at 44.1 kHz, behind a tag of ID3v2: each lasts 26.122 ms.</summary>
    internal static byte[] Mp3(int frames)
    {
        byte[] frame = [0xFF, 0xFB, 0x90, 0, .. new byte[413]];
        byte[] tag = [(byte)'I', (byte)'D', (byte)'3', 4, 0, 0, 0, 0, 0, 3, 0xFF, 0xFB, 0x90];
        return [.. tag, .. Enumerable.Repeat(frame, frames).SelectMany(bytes => bytes)];
    }

    /// <summary>A FLAC's head with a claimed number of samples at 8 kHz, one channel of 16 bits, and so many bytes of
    /// sound behind it.</summary>
    internal static byte[] Flac(long samples, int sound)
    {
        var bytes = new byte[42 + sound];
        Encoding.ASCII.GetBytes("fLaC").CopyTo(bytes, 0);
        bytes[4] = 0x80;
        bytes[7] = 34;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(18), (8000L << 44) | (15L << 36) | samples);
        return bytes;
    }

    /// <summary>Ogg with Opus: a head, and a page that ends at a sample (48 kHz).</summary>
    internal static byte[] Ogg(long sample, string head = "OpusHead") =>
        [.. OggPage(2, 0, Encoding.ASCII.GetBytes(head.PadRight(20, '\0'))), .. OggPage(4, sample, new byte[20])];

    /// <summary>An MP4 of two boxes; the movie header has 1,000 units a second.</summary>
    internal static byte[] Mp4(uint units)
    {
        var header = new byte[108];
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(0), 108);
        Encoding.ASCII.GetBytes("mvhd").CopyTo(header, 4);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(20), 1000);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(24), units);
        return [0, 0, 0, 16, .. "ftypM4A \0\0\0\0"u8, 0, 0, 0, 116, .. "moov"u8, .. header];
    }

    /// <summary>A WebM's head; its information says a duration in milliseconds, or nothing.</summary>
    internal static byte[] WebM(float? ms)
    {
        var duration = new byte[4];
        BinaryPrimitives.WriteSingleBigEndian(duration, ms ?? 0);
        byte[] information = ms is null
            ? [0x15, 0x49, 0xA9, 0x66, 0x80]
            : [0x15, 0x49, 0xA9, 0x66, 0x87, 0x44, 0x89, 0x84, .. duration];
        return [0x1A, 0x45, 0xDF, 0xA3, 0x80, 0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            .. information, .. new byte[3000]];
    }

    /// <summary>AAC frames of 7 bytes at 48 kHz: each lasts 21.333 ms.</summary>
    internal static byte[] Aac(int frames) =>
        [.. Enumerable.Repeat<byte[]>([0xFF, 0xF1, 0x4C, 0x80, 0, 0xE0, 0xFC], frames).SelectMany(bytes => bytes)];

    private static byte[] OggPage(byte kind, long sample, byte[] data)
    {
        var head = new byte[28];
        Encoding.ASCII.GetBytes("OggS").CopyTo(head, 0);
        head[5] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(6), sample);
        head[26] = 1;
        head[27] = (byte)data.Length;
        return [.. head, .. data];
    }
}
