using System.Collections.Immutable;
using System.Text;

namespace Gateway.ChainBridge.Scale;

/// <summary>Makes values of bytes by a registry's types.</summary>
internal static class ValueReader
{
    private const int WideLength = 32;

    /// <summary>The next value. Wrappers of one unnamed field are seen through, lists of u8 are bytes.</summary>
    /// <exception cref="ScaleException">The bytes do not begin with a value of the type.</exception>
    public static ScaleValue Read(TypeRegistry types, int type, ref ScaleReader reader)
    {
        var shape = types[type];
        reader.Enter();
        var value = shape switch
        {
            TypeShape.Composite { IsWrapper: true } wrapper => Read(types, wrapper.Fields[0].Type, ref reader),
            TypeShape.Composite composite => new ScaleValue.Record(ReadFields(types, composite.Fields, ref reader)),
            TypeShape.Variant variant => ReadCase(types, variant, ref reader),
            TypeShape.Sequence sequence => ReadSequence(types, sequence, ref reader),
            TypeShape.Array array => ReadArray(types, array, ref reader),
            TypeShape.Tuple tuple => ReadTuple(types, tuple, ref reader),
            _ => ReadScalar(types, shape, ref reader),
        };
        reader.Leave();
        return value;
    }

    /// <summary>The next value of a shape without parts.</summary>
    internal static ScaleValue ReadScalar(TypeRegistry types, TypeShape shape, ref ScaleReader reader) => shape switch
    {
        TypeShape.Primitive primitive => ReadPrimitive(primitive.Kind, ref reader),
        TypeShape.Compact compact => CompactRange.Read(types, compact, ref reader),
        TypeShape.Bits bits => BitList.Read(types, bits, ref reader),
        _ => throw new ScaleException(ScaleFault.UnknownType, $"{shape.GetType().Name} is no scalar"),
    };

    private static ScaleValue ReadPrimitive(ScalePrimitive kind, ref ScaleReader reader) => kind switch
    {
        ScalePrimitive.Bool => ScaleValue.Of(reader.ReadBoolean()),
        ScalePrimitive.Char => ReadCharacter(ref reader),
        ScalePrimitive.Text => new ScaleValue.Text(reader.ReadText()),
        ScalePrimitive.U8 => new ScaleValue.Unsigned(reader.ReadByte()),
        ScalePrimitive.U16 => new ScaleValue.Unsigned(reader.ReadUInt16()),
        ScalePrimitive.U32 => new ScaleValue.Unsigned(reader.ReadUInt32()),
        ScalePrimitive.U64 => new ScaleValue.Unsigned(reader.ReadUInt64()),
        ScalePrimitive.U128 => new ScaleValue.Unsigned(reader.ReadUInt128()),
        ScalePrimitive.I8 => new ScaleValue.Signed(unchecked((sbyte)reader.ReadByte())),
        ScalePrimitive.I16 => new ScaleValue.Signed(unchecked((short)reader.ReadUInt16())),
        ScalePrimitive.I32 => new ScaleValue.Signed(unchecked((int)reader.ReadUInt32())),
        ScalePrimitive.I64 => new ScaleValue.Signed(unchecked((long)reader.ReadUInt64())),
        ScalePrimitive.I128 => new ScaleValue.Signed(unchecked((Int128)reader.ReadUInt128())),
        ScalePrimitive.U256 or ScalePrimitive.I256 => ScaleValue.Of(reader.ReadBytes(WideLength)),
    };

    private static ScaleValue.Character ReadCharacter(ref ScaleReader reader)
    {
        var code = reader.ReadUInt32();
        return Rune.IsValid(code)
            ? new ScaleValue.Character(new Rune(code))
            : throw new ScaleException(ScaleFault.InvalidText, $"U+{code:X} is no character");
    }

    private static ScaleValue.Case ReadCase(TypeRegistry types, TypeShape.Variant variant, ref ScaleReader reader)
    {
        var one = variant[reader.ReadByte()];
        try
        {
            return new ScaleValue.Case(one.Name, ReadFields(types, one.Fields, ref reader));
        }
        catch (ScaleException failure) when (failure.Within(one.Name))
        {
            throw;
        }
    }

    /// <summary>The fields of a case whose index is read already.</summary>
    internal static ImmutableArray<ScaleField> ReadFields(
        TypeRegistry types, ImmutableArray<TypeField> fields, ref ScaleReader reader)
    {
        if (fields.IsEmpty)
        {
            return [];
        }

        var values = ImmutableArray.CreateBuilder<ScaleField>(fields.Length);
        for (var i = 0; i < fields.Length; i++)
        {
            try
            {
                values.Add(new ScaleField(fields[i].Name, Read(types, fields[i].Type, ref reader)));
            }
            catch (ScaleException failure) when (failure.Within(fields, i))
            {
                throw;
            }
        }

        return values.MoveToImmutable();
    }

    private static ScaleValue ReadSequence(TypeRegistry types, TypeShape.Sequence sequence, ref ScaleReader reader)
    {
        var length = ElementRoom.ReadLength(types, sequence.Element, ref reader);
        return ReadMany(types, sequence.Element, length, ref reader);
    }

    private static ScaleValue ReadArray(TypeRegistry types, TypeShape.Array array, ref ScaleReader reader)
    {
        ElementRoom.Require(types, array, ref reader);
        return ReadMany(types, array.Element, array.Length, ref reader);
    }

    private static ScaleValue ReadMany(TypeRegistry types, int element, int count, ref ScaleReader reader)
    {
        if (types.IsByte(element))
        {
            return ScaleValue.Of(reader.ReadBytes(count));
        }

        var values = ImmutableArray.CreateBuilder<ScaleValue>(count);
        for (var i = 0; i < count; i++)
        {
            values.Add(ReadAt(types, element, i, ref reader));
        }

        return new ScaleValue.List(values.MoveToImmutable());
    }

    private static ScaleValue.List ReadTuple(TypeRegistry types, TypeShape.Tuple tuple, ref ScaleReader reader)
    {
        var values = ImmutableArray.CreateBuilder<ScaleValue>(tuple.Elements.Length);
        for (var i = 0; i < tuple.Elements.Length; i++)
        {
            values.Add(ReadAt(types, tuple.Elements[i], i, ref reader));
        }

        return new ScaleValue.List(values.MoveToImmutable());
    }

    private static ScaleValue ReadAt(TypeRegistry types, int type, int position, ref ScaleReader reader)
    {
        try
        {
            return Read(types, type, ref reader);
        }
        catch (ScaleException failure) when (failure.Within(position))
        {
            throw;
        }
    }
}
