using System.Buffers.Binary;

namespace Gateway.Billing;

/// <summary>The first 4 KiB of a segment, little endian: magic (8), version (4), block length (4), segment length (8),
/// incarnation (16), number (8), first seq (8), hash of the previous segment's chain (32), zeros, CRC-32C of all
/// before (4).</summary>
/// <param name="Layout">How the segment is cut.</param>
/// <param name="Incarnation">Whose it is, 32 lower case hex digits.</param>
/// <param name="Number">From one, without gaps.</param>
/// <param name="FirstSeq">Of its first record.</param>
/// <param name="Previous">Where the chain of hashes stood; zeros before the first segment.</param>
internal sealed record SegmentHeader(
    BlockLayout Layout, string Incarnation, long Number, long FirstSeq, ReadOnlyMemory<byte> Previous)
{
    internal const int Length = 4096;

    private const int Version = 1;
    private const int IdLength = 16;
    private const int CrcAt = Length - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => [(byte)'G', (byte)'W', (byte)'J', (byte)'S', 0xFF, 0xFE, 0x0D, 0x0A];

    internal byte[] ToBytes()
    {
        var bytes = new byte[Length];
        var writer = new RecordWriter(bytes);
        writer.Raw(Magic);
        writer.Int32(Version);
        writer.Int32(Layout.BlockLength);
        writer.Int64(Layout.SegmentLength);
        writer.Raw(Convert.FromHexString(Incarnation));
        writer.Int64(Number);
        writer.Int64(FirstSeq);
        writer.Raw(Previous.Span);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CrcAt), Crc32C.Of(bytes.AsSpan(0, CrcAt)));
        return bytes;
    }

    /// <summary>Reads a header; null when the bytes are none of this version.</summary>
    internal static SegmentHeader? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcAt..]) != Crc32C.Of(bytes[..CrcAt]))
        {
            return null;
        }

        var reader = new RecordReader(bytes[Magic.Length..CrcAt]);
        var version = reader.Int32();
        var layout = new BlockLayout(reader.Int32(), reader.Int64());
        var incarnation = Convert.ToHexStringLower(reader.Raw(IdLength));
        var (number, firstSeq) = (reader.Int64(), reader.Int64());
        var previous = reader.Raw(BlockLayout.SealLength).ToArray();
        return version == Version && BlockLayout.IsValid(layout.BlockLength, layout.SegmentLength) && firstSeq > 0
            ? new(layout, incarnation, number, firstSeq, previous)
            : null;
    }
}
