using System.Buffers.Binary;

namespace Gateway.Billing;

/// <summary>What stands before the records of one write, 36 bytes, little endian: magic (8), bytes of records (4),
/// count (4), first seq (8), synced seq (8), CRC-32C of all before (4).</summary>
/// <param name="Bytes">Of all its records, 1 to <see cref="MaxRecords"/>.</param>
/// <param name="Count">Of its records, one or more.</param>
/// <param name="FirstSeq">Of its first record; the others follow without gaps.</param>
/// <param name="SyncedSeq">The highest seq known to be on the disk when it was written; below
/// <paramref name="FirstSeq"/>.</param>
internal readonly record struct GroupHeader(int Bytes, int Count, long FirstSeq, long SyncedSeq)
{
    internal const int Length = 36;

    /// <summary>No group has more bytes of records, whatever the writer's options.</summary>
    internal const int MaxRecords = 1 << 20;

    private const int CrcAt = Length - sizeof(uint);

    /// <summary>No string of a record can contain it: its second half is not UTF-8.</summary>
    internal static ReadOnlySpan<byte> Magic => [(byte)'G', (byte)'W', (byte)'J', (byte)'G', 0xFF, 0xC0, 0xFE, 0xC1];

    internal void Write(Span<byte> into)
    {
        var writer = new RecordWriter(into);
        writer.Raw(Magic);
        writer.Int32(Bytes);
        writer.Int32(Count);
        writer.Int64(FirstSeq);
        writer.Int64(SyncedSeq);
        BinaryPrimitives.WriteUInt32LittleEndian(into[CrcAt..], Crc32C.Of(into[..CrcAt]));
    }

    /// <summary>Reads a header; false when the bytes are none.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out GroupHeader header)
    {
        header = default;
        if (bytes.Length < Length
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcAt..]) != Crc32C.Of(bytes[..CrcAt]))
        {
            return false;
        }

        var reader = new RecordReader(bytes[Magic.Length..CrcAt]);
        header = new(reader.Int32(), reader.Int32(), reader.Int64(), reader.Int64());
        return header is { Bytes: > 0 and <= MaxRecords, Count: > 0, SyncedSeq: >= 0 }
            && header.SyncedSeq < header.FirstSeq;
    }
}
