using System.Buffers.Binary;
using System.Text;

namespace Gateway.Billing;

/// <summary>Writes a record's fields, little endian, one after the other.</summary>
internal ref struct RecordWriter(Span<byte> into)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly Span<byte> _into = into;

    /// <summary>Bytes written so far.</summary>
    internal int Length { get; private set; }

    internal void Byte(byte value) => Next(sizeof(byte))[0] = value;

    internal void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Next(sizeof(ushort)), value);

    internal void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Next(sizeof(int)), value);

    internal void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Next(sizeof(long)), value);

    internal void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Next(bytes.Length));

    /// <summary>An id as RFC 9562 orders its 16 bytes.</summary>
    internal void Id(Guid value) => value.TryWriteBytes(Next(16), bigEndian: true, out _);

    /// <summary>UTF-8 behind its length in bytes.</summary>
    internal void Text(string value)
    {
        var length = Strict.GetBytes(value, _into[(Length + sizeof(ushort))..]);
        UInt16((ushort)length);
        Length += length;
    }

    /// <summary>Bytes that <see cref="Text"/> takes for it.</summary>
    /// <param name="value">Well-formed UTF-16.</param>
    /// <param name="limit">The most bytes of UTF-8.</param>
    /// <exception cref="ArgumentException">It is longer, or cannot be written as UTF-8.</exception>
    internal static int LengthOf(string value, int limit)
    {
        ArgumentNullException.ThrowIfNull(value);
        var length = Strict.GetByteCount(value);
        return length <= limit
            ? sizeof(ushort) + length
            : throw new ArgumentException($"A text of {length} bytes is too long for the journal: {limit} at most.");
    }

    private Span<byte> Next(int length)
    {
        var next = _into.Slice(Length, length);
        Length += length;
        return next;
    }
}
