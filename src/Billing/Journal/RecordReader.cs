using System.Buffers.Binary;

namespace Gateway.Billing;

/// <summary>Reads what <see cref="RecordWriter"/> wrote; bytes of any other origin raise only
/// <see cref="JournalFormatException"/>.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether everything has been read.</summary>
    internal readonly bool IsAtEnd => _rest.IsEmpty;

    internal byte Byte() => Raw(sizeof(byte))[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Raw(sizeof(ushort)));

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Raw(sizeof(int)));

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Raw(sizeof(long)));

    internal Guid Id() => new(Raw(16), bigEndian: true);

    /// <summary>The UTF-8 bytes of a text.</summary>
    internal ReadOnlySpan<byte> Text() => Raw(UInt16());

    internal ReadOnlySpan<byte> Raw(int length)
    {
        if (length > _rest.Length)
        {
            throw new JournalFormatException($"A record ends {length - _rest.Length} bytes early.");
        }

        var next = _rest[..length];
        _rest = _rest[length..];
        return next;
    }
}
