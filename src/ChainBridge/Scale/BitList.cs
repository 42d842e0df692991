using System.Collections.Immutable;

namespace Gateway.ChainBridge.Scale;

/// <summary>Bit sequences: the count, then words filled from their lowest or highest bit
/// (paritytech/parity-scale-codec, src/bit_vec.rs). Bits after the last one must be zero, so that a list has one form
/// only.</summary>
internal static class BitList
{
    private const int BitsInByte = 8;

    public static ScaleValue.Bits Read(TypeRegistry types, TypeShape.Bits shape, ref ScaleReader reader)
    {
        var (wordSize, highestFirst) = Layout(types, shape);
        var count = reader.ReadCompactUInt32();
        var length = (((long)count + (wordSize * BitsInByte) - 1) / (wordSize * BitsInByte)) * wordSize;
        if (length > reader.Remaining)
        {
            throw new ScaleException(ScaleFault.TooLong, $"{count} bits, {reader.Remaining} bytes are left");
        }

        var bytes = reader.ReadBytes((int)length);
        var bits = new bool[count];
        var set = 0;
        for (var i = 0; i < bits.Length; i++)
        {
            var (at, mask) = Place(i, wordSize, highestFirst);
            bits[i] = (bytes[at] & mask) != 0;
            set += bits[i] ? 1 : 0;
        }

        return set == CountOnes(bytes)
            ? new ScaleValue.Bits(ImmutableArray.Create(bits))
            : throw new ScaleException(ScaleFault.OutOfRange, "bits set after the last one");
    }

    public static void Write(TypeRegistry types, TypeShape.Bits shape, ImmutableArray<bool> bits, ScaleWriter writer)
    {
        var (wordSize, highestFirst) = Layout(types, shape);
        var words = (bits.Length + (wordSize * BitsInByte) - 1) / (wordSize * BitsInByte);
        var bytes = new byte[words * wordSize];
        for (var i = 0; i < bits.Length; i++)
        {
            var (at, mask) = Place(i, wordSize, highestFirst);
            bytes[at] |= bits[i] ? mask : (byte)0;
        }

        writer.WriteLength(bits.Length);
        writer.WriteBytes(bytes);
    }

    private static (int At, byte Mask) Place(int bit, int wordSize, bool highestFirst)
    {
        var wordBits = wordSize * BitsInByte;
        var inWord = highestFirst ? wordBits - 1 - (bit % wordBits) : bit % wordBits;
        return ((bit / wordBits * wordSize) + (inWord / BitsInByte), (byte)(1 << (inWord % BitsInByte)));
    }

    private static (int WordSize, bool HighestFirst) Layout(TypeRegistry types, TypeShape.Bits shape)
    {
        var wordSize = types[shape.Store] is TypeShape.Primitive
        {
            Kind: ScalePrimitive.U8 or ScalePrimitive.U16 or ScalePrimitive.U32 or ScalePrimitive.U64,
        }
            ? types.PlainSize(shape.Store)
            : throw new ScaleException(ScaleFault.UnknownType, "bits in words of an unknown type");
        return types.Definition(shape.Order).Path is [.., var order]
            ? (wordSize, order == "Msb0" || (order == "Lsb0" ? false : throw UnknownOrder()))
            : throw UnknownOrder();
    }

    private static ScaleException UnknownOrder() => new(ScaleFault.UnknownType, "bits in an unknown order");

    private static int CountOnes(ReadOnlySpan<byte> bytes)
    {
        var ones = 0;
        foreach (var one in bytes)
        {
            ones += int.PopCount(one);
        }

        return ones;
    }
}
