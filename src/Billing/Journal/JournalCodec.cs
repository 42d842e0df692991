using System.Buffers.Binary;

namespace Gateway.Billing;

/// <summary>One record, little endian: CRC-32C of all that follows (4), length of the whole record (4), seq (8), kind
/// (1), version (1), then the kind's own fields. docs/journal.md has every byte.</summary>
internal static class JournalCodec
{
    /// <summary>No record is longer.</summary>
    internal const int MaxLength = 60 << 10;

    internal const int FrameLength = 18;

    private const byte Version = 1;
    private const int MaxAccount = 256;

    private enum Kind : byte
    {
        LeaseMoved = 1,
        Settle = 2,
        Shutdown = 3,
    }

    /// <summary>Bytes of an entry's record.</summary>
    /// <exception cref="ArgumentException">The entry is beyond the format's bounds: a text too long or not well-formed,
    /// too many attempts or budgets.</exception>
    internal static int Measure(JournalEntry entry)
    {
        var length = FrameLength + entry switch
        {
            JournalEntry.LeaseMoved moved => MeasureMove(moved),
            JournalEntry.Settle settle => UsageCodec.Measure(settle.Record),
            _ => 0,
        };
        return length <= MaxLength
            ? length
            : throw new ArgumentException($"A record of {length} bytes is too long for the journal.");
    }

    /// <summary>Writes an entry that <see cref="Measure"/> has taken.</summary>
    /// <returns>The record's length.</returns>
    internal static int Encode(JournalEntry entry, long seq, Span<byte> into)
    {
        var writer = new RecordWriter(into[FrameLength..]);
        var kind = WriteBody(entry, ref writer);
        var length = FrameLength + writer.Length;
        BinaryPrimitives.WriteInt32LittleEndian(into[4..], length);
        BinaryPrimitives.WriteInt64LittleEndian(into[8..], seq);
        into[16] = (byte)kind;
        into[17] = Version;
        BinaryPrimitives.WriteUInt32LittleEndian(into, Crc32C.Of(into[4..length]));
        return length;
    }

    /// <summary>Length of the record that the bytes begin with; zero when they begin with none of that seq.</summary>
    internal static int Check(ReadOnlySpan<byte> bytes, long seq)
    {
        if (bytes.Length < FrameLength)
        {
            return 0;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        return length >= FrameLength
            && length <= bytes.Length
            && BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]) == seq
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Crc32C.Of(bytes[4..length])
                ? length
                : 0;
    }

    /// <summary>Length of the record that checked bytes begin with.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);

    /// <summary>Reads a whole record.</summary>
    /// <exception cref="JournalFormatException">The bytes are none, or of a version that this one cannot
    /// read.</exception>
    internal static JournalEntry Decode(ReadOnlySpan<byte> bytes, TextCache texts, out long seq)
    {
        var reader = new RecordReader(bytes);
        reader.Raw(8);
        seq = reader.Int64();
        var (kind, version) = ((Kind)reader.Byte(), reader.Byte());
        if (version != Version)
        {
            throw new JournalFormatException($"Record {seq} is of version {version}; this gateway reads {Version}.");
        }

        JournalEntry entry = kind switch
        {
            Kind.LeaseMoved => ReadMove(ref reader, texts),
            Kind.Settle => new JournalEntry.Settle(UsageCodec.Read(ref reader, texts)),
            Kind.Shutdown => new JournalEntry.Shutdown(),
            _ => throw new JournalFormatException($"Record {seq} is of the unknown kind {(byte)kind}."),
        };
        return reader.IsAtEnd ? entry : throw new JournalFormatException($"Record {seq} is longer than its fields.");
    }

    private static Kind WriteBody(JournalEntry entry, ref RecordWriter writer)
    {
        switch (entry)
        {
            case JournalEntry.LeaseMoved moved:
                writer.Text(moved.Account);
                writer.Text(moved.Org);
                writer.Int64(moved.OpSeq);
                writer.Int64(moved.Amount);
                return Kind.LeaseMoved;
            case JournalEntry.Settle settle:
                UsageCodec.Write(settle.Record, ref writer);
                return Kind.Settle;
            default:
                return Kind.Shutdown;
        }
    }

    private static int MeasureMove(JournalEntry.LeaseMoved moved) =>
        RecordWriter.LengthOf(moved.Account, MaxAccount) + RecordWriter.LengthOf(moved.Org, MaxAccount) + 16;

    private static JournalEntry.LeaseMoved ReadMove(ref RecordReader reader, TextCache texts) =>
        new(texts.Of(reader.Text()), texts.Of(reader.Text()), reader.Int64(), reader.Int64());
}
