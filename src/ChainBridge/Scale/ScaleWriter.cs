using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gateway.ChainBridge.Scale;

/// <summary>Writes SCALE; the counterpart of <see cref="ScaleReader"/>. For one thread.</summary>
internal sealed class ScaleWriter
{
    private const int UInt128Length = 2 * sizeof(ulong);
    private const uint OneByteLimit = 1u << 6;
    private const uint TwoByteLimit = 1u << 14;
    private const uint FourByteLimit = 1u << 30;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public int Length => _buffer.WrittenCount;

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void WriteBytes(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    public void WriteByte(byte value) => _buffer.Write([value]);

    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>The tag of an Option: whether a value follows.</summary>
    public void WriteOption(bool some) => WriteBoolean(some);

    public void WriteUInt16(ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    public void WriteUInt128(UInt128 value) =>
        BinaryPrimitives.WriteUInt128LittleEndian(Take(UInt128Length), value);

    /// <summary>An integer in its shortest compact form.</summary>
    public void WriteCompact(UInt128 value)
    {
        if (value < OneByteLimit)
        {
            WriteByte((byte)((byte)value << 2));
        }
        else if (value < TwoByteLimit)
        {
            WriteUInt16((ushort)(((uint)value << 2) | (uint)CompactMode.TwoBytes));
        }
        else if (value < FourByteLimit)
        {
            WriteUInt32(((uint)value << 2) | (uint)CompactMode.FourBytes);
        }
        else
        {
            WriteBigCompact(value);
        }
    }

    /// <summary>The length of a list of which the elements follow.</summary>
    public void WriteLength(int length) => WriteCompact((UInt128)length);

    /// <summary>A list of bytes: length and content.</summary>
    public void WriteByteList(ReadOnlySpan<byte> bytes)
    {
        WriteLength(bytes.Length);
        WriteBytes(bytes);
    }

    /// <summary>UTF-8 text after its length in bytes.</summary>
    public void WriteText(string text)
    {
        WriteLength(Encoding.UTF8.GetByteCount(text));
        _ = Encoding.UTF8.GetBytes(text, _buffer);
    }

    private Span<byte> Take(int count)
    {
        var span = _buffer.GetSpan(count)[..count];
        _buffer.Advance(count);
        return span;
    }

    private void WriteBigCompact(UInt128 value)
    {
        Span<byte> wide = stackalloc byte[UInt128Length];
        BinaryPrimitives.WriteUInt128LittleEndian(wide, value);
        var count = Math.Max(sizeof(uint), wide.LastIndexOfAnyExcept((byte)0) + 1);
        WriteByte((byte)(((count - sizeof(uint)) << 2) | (int)CompactMode.Big));
        WriteBytes(wide[..count]);
    }
}
