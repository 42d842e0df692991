using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Gateway.ChainBridge.Scale;

/// <summary>Reads SCALE (docs.polkadot.com, "SCALE codec"): little endian, no padding, no self-description. Whatever
/// the bytes, the only error is <see cref="ScaleException"/>, and nothing is allocated for a length the bytes cannot
/// hold. </summary>
internal ref struct ScaleReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>How deep values may be nested.</summary>
    public const int MaximumDepth = 64;

    /// <summary>The most elements or bytes of one list: 64 Mi.</summary>
    public const int MaximumLength = 64 * 1024 * 1024;

    // A value takes at most MaximumDepth steps a byte, and some more for empty types.
    private const long FreeSteps = 64 * 1024;

    private const int UInt128Length = 2 * sizeof(ulong);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _depth;
    private long _steps;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>Begins a value inside another. Hostile metadata can nest types without end, or describe 2^64 values of
    /// no bytes: both are refused here.</summary>
    public void Enter()
    {
        if (++_depth > MaximumDepth)
        {
            throw new ScaleException(ScaleFault.TooDeep, $"nested deeper than {MaximumDepth}");
        }

        if (++_steps > FreeSteps + ((long)MaximumDepth * _bytes.Length))
        {
            throw new ScaleException(ScaleFault.TooLong, "more values than the bytes can hold");
        }
    }

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    public void Leave() => _depth--;

    /// <summary>The next bytes, without a copy.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (count > Remaining)
        {
            throw new ScaleException(ScaleFault.ShortRead, $"{count} bytes wanted, {Remaining} are left");
        }

        var read = _bytes.Slice(Position, count);
        Position += count;
        return read;
    }

    public byte ReadByte() => ReadBytes(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(ReadBytes(sizeof(ushort)));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(sizeof(uint)));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(sizeof(ulong)));

    public UInt128 ReadUInt128() => BinaryPrimitives.ReadUInt128LittleEndian(ReadBytes(UInt128Length));

    /// <summary>One byte, 0 or 1.</summary>
    public bool ReadBoolean() => ReadByte() switch
    {
        0 => false,
        1 => true,
        var other => throw new ScaleException(ScaleFault.UnknownVariant, $"{other} is neither false nor true"),
    };

    /// <summary>The tag of an Option: whether a value follows.</summary>
    public bool ReadOption() => ReadBoolean();

    /// <summary>A compact integer of up to 128 bits in its shortest form, the only form that is accepted.</summary>
    public UInt128 ReadCompact()
    {
        var first = _bytes.Length > Position ? _bytes[Position] : ReadByte();
        return (CompactMode)(first & 0b11) switch
        {
            CompactMode.OneByte => (UInt128)(ReadByte() >> 2),
            CompactMode.TwoBytes => Shortest((uint)ReadUInt16() >> 2, above: 0x3f),
            CompactMode.FourBytes => Shortest(ReadUInt32() >> 2, above: 0x3fff),
            _ => ReadBigCompact(),
        };
    }

    /// <summary>A compact integer that fits 32 bits.</summary>
    public uint ReadCompactUInt32()
    {
        var value = ReadCompact();
        return value <= uint.MaxValue
            ? (uint)value
            : throw new ScaleException(ScaleFault.OutOfRange, $"{value} is above 32 bits");
    }

    /// <summary>The length of a list, checked against the bytes that are left before anybody allocates by it.</summary>
    /// <param name="elementSize">The fewest bytes an element takes; 0 counts as 1.</param>
    public int ReadLength(int elementSize = 1)
    {
        var length = ReadCompact();
        var most = Math.Min(MaximumLength, Remaining / Math.Max(1, elementSize));
        return length <= (UInt128)most
            ? (int)length
            : throw new ScaleException(ScaleFault.TooLong, $"a length of {length}, {Remaining} bytes are left");
    }

    /// <summary>A list of bytes, without a copy.</summary>
    public ReadOnlySpan<byte> ReadByteList() => ReadBytes(ReadLength());

    /// <summary>UTF-8 text after its length in bytes.</summary>
    public string ReadText()
    {
        var bytes = ReadByteList();
        RequireUtf8(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Passes over text.</summary>
    public void SkipText() => RequireUtf8(ReadByteList());

    /// <summary>Refuses bytes after the value.</summary>
    public readonly void RequireEnd()
    {
        if (Remaining > 0)
        {
            throw new ScaleException(ScaleFault.BytesLeft, $"{Remaining} bytes after the end of the value");
        }
    }

    private static void RequireUtf8(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw new ScaleException(ScaleFault.InvalidText, "text that is not UTF-8");
        }
    }

    private static UInt128 Shortest(uint value, uint above) => value > above
        ? value
        : throw new ScaleException(ScaleFault.NotShortest, $"{value} fits fewer bytes than were used");

    // Six bits hold the number of bytes less four; the highest byte may not be zero, nor the value below 2^30.
    private UInt128 ReadBigCompact()
    {
        var count = (ReadByte() >> 2) + sizeof(uint);
        var bytes = ReadBytes(count);
        if (bytes[^1] == 0 || (count == sizeof(uint) && bytes[^1] < 0x40))
        {
            throw new ScaleException(ScaleFault.NotShortest, $"a compact integer in {count} bytes that needs fewer");
        }

        if (count > UInt128Length)
        {
            throw new ScaleException(ScaleFault.OutOfRange, $"a compact integer of {count} bytes is above 128 bits");
        }

        Span<byte> wide = stackalloc byte[UInt128Length];
        wide.Clear();
        bytes.CopyTo(wide);
        return BinaryPrimitives.ReadUInt128LittleEndian(wide);
    }
}
