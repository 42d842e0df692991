using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Gateway.ChainBridge.Scale;

/// <summary>Makes bytes of values by a registry's types. Fields are matched by name where the type has names, and none
/// may be missing or left over.</summary>
internal static class ValueWriter
{
    private const int WideLength = 32;

    /// <exception cref="ScaleException">The value is not of the type.</exception>
    public static void Write(TypeRegistry types, int type, ScaleValue value, ScaleWriter writer) =>
        Write(types, type, value, writer, depth: 1);

    private static void Write(TypeRegistry types, int type, ScaleValue value, ScaleWriter writer, int depth)
    {
        if (depth > ScaleReader.MaximumDepth)
        {
            throw new ScaleException(ScaleFault.TooDeep, $"nested deeper than {ScaleReader.MaximumDepth}");
        }

        switch (types[type])
        {
            case TypeShape.Composite { IsWrapper: true } wrapper:
                Write(types, wrapper.Fields[0].Type, value, writer, depth + 1);
                break;
            case TypeShape.Composite composite:
                WriteRecord(types, composite, value, writer, depth);
                break;
            case TypeShape.Variant variant:
                WriteCase(types, variant, value, writer, depth);
                break;
            case TypeShape.Sequence sequence:
                WriteSequence(types, sequence, value, writer, depth);
                break;
            case TypeShape.Array array:
                WriteArray(types, array, value, writer, depth);
                break;
            case TypeShape.Tuple tuple:
                WriteTuple(types, tuple, value, writer, depth);
                break;
            case TypeShape.Primitive primitive:
                WritePrimitive(primitive.Kind, value, writer);
                break;
            case TypeShape.Compact compact:
                CompactRange.Write(types, compact, value, writer);
                break;
            case TypeShape.Bits bits:
                BitList.Write(types, bits, value is ScaleValue.Bits set ? set.Value : throw Wrong(value), writer);
                break;
        }
    }

    private static void WriteRecord(
        TypeRegistry types, TypeShape.Composite composite, ScaleValue value, ScaleWriter writer, int depth)
    {
        // A composite without fields has no bytes, and the unit value stands for it too.
        var fields = value is ScaleValue.List { Values.IsEmpty: true } ? [] : value.FieldValues;
        WriteFields(types, composite.Fields, fields, writer, depth);
    }

    private static void WriteCase(
        TypeRegistry types, TypeShape.Variant variant, ScaleValue value, ScaleWriter writer, int depth)
    {
        var one = variant.Find(value.CaseName)
            ?? throw new ScaleException(ScaleFault.UnknownVariant, $"there is no variant {value.CaseName}");
        writer.WriteByte(one.Index);
        try
        {
            WriteFields(types, one.Fields, value.FieldValues, writer, depth);
        }
        catch (ScaleException failure) when (failure.Within(one.Name))
        {
            throw;
        }
    }

    private static void WriteFields(
        TypeRegistry types,
        ImmutableArray<TypeField> fields,
        ImmutableArray<ScaleField> values,
        ScaleWriter writer,
        int depth)
    {
        if (fields.Length != values.Length)
        {
            throw new ScaleException(
                ScaleFault.WrongShape, $"{fields.Length} fields are wanted, {values.Length} were given");
        }

        for (var i = 0; i < fields.Length; i++)
        {
            try
            {
                Write(types, fields[i].Type, Pick(fields, values, i), writer, depth + 1);
            }
            catch (ScaleException failure) when (failure.Within(fields, i))
            {
                throw;
            }
        }
    }

    // Counts are equal, so that names found once each leave nothing over.
    private static ScaleValue Pick(ImmutableArray<TypeField> fields, ImmutableArray<ScaleField> values, int position)
    {
        var name = fields[position].Name;
        if (values[position].Name == name)
        {
            return values[position].Value;
        }

        foreach (var value in values)
        {
            if (name is not null && value.Name == name)
            {
                return value.Value;
            }
        }

        throw new ScaleException(ScaleFault.WrongShape, $"the field {name ?? "without a name"} is missing");
    }

    private static void WriteSequence(
        TypeRegistry types, TypeShape.Sequence sequence, ScaleValue value, ScaleWriter writer, int depth)
    {
        if (types.IsByte(sequence.Element))
        {
            writer.WriteByteList(value.ToBytes().Span);
            return;
        }

        writer.WriteLength(value.Items.Length);
        WriteItems(types, sequence.Element, value.Items, writer, depth);
    }

    private static void WriteArray(
        TypeRegistry types, TypeShape.Array array, ScaleValue value, ScaleWriter writer, int depth)
    {
        var isBytes = types.IsByte(array.Element);
        var length = isBytes ? value.ToBytes().Length : value.Items.Length;
        RequireCount(array.Length, length);
        if (isBytes)
        {
            writer.WriteBytes(value.ToBytes().Span);
            return;
        }

        WriteItems(types, array.Element, value.Items, writer, depth);
    }

    private static void WriteTuple(
        TypeRegistry types, TypeShape.Tuple tuple, ScaleValue value, ScaleWriter writer, int depth)
    {
        RequireCount(tuple.Elements.Length, value.Items.Length);
        for (var i = 0; i < tuple.Elements.Length; i++)
        {
            WriteAt(types, tuple.Elements[i], value.Items[i], writer, (i, depth));
        }
    }

    private static void WriteItems(
        TypeRegistry types, int element, ImmutableArray<ScaleValue> items, ScaleWriter writer, int depth)
    {
        for (var i = 0; i < items.Length; i++)
        {
            WriteAt(types, element, items[i], writer, (i, depth));
        }
    }

    private static void WriteAt(
        TypeRegistry types, int type, ScaleValue value, ScaleWriter writer, (int Position, int Depth) place)
    {
        try
        {
            Write(types, type, value, writer, place.Depth + 1);
        }
        catch (ScaleException failure) when (failure.Within(place.Position))
        {
            throw;
        }
    }

    private static void RequireCount(int wanted, int given)
    {
        if (wanted != given)
        {
            throw new ScaleException(ScaleFault.WrongShape, $"{wanted} elements are wanted, {given} were given");
        }
    }

    private static void WritePrimitive(ScalePrimitive kind, ScaleValue value, ScaleWriter writer)
    {
        switch (kind)
        {
            case ScalePrimitive.Bool:
                writer.WriteBoolean(value.ToBoolean());
                break;
            case ScalePrimitive.Char:
                var character = value is ScaleValue.Character one ? one.Value : throw Wrong(value);
                writer.WriteUInt32((uint)character.Value);
                break;
            case ScalePrimitive.Text:
                writer.WriteText(value.ToText());
                break;
            case ScalePrimitive.U256 or ScalePrimitive.I256:
                RequireCount(WideLength, value.ToBytes().Length);
                writer.WriteBytes(value.ToBytes().Span);
                break;
            case >= ScalePrimitive.I8:
                WriteSigned(kind, value.ToInt128(), writer);
                break;
            default:
                WriteUnsigned(kind, value, writer);
                break;
        }
    }

    private static void WriteUnsigned(ScalePrimitive kind, ScaleValue value, ScaleWriter writer)
    {
        switch (kind)
        {
            case ScalePrimitive.U8:
                writer.WriteByte(value.ToUInt8());
                break;
            case ScalePrimitive.U16:
                writer.WriteUInt16(value.ToUInt16());
                break;
            case ScalePrimitive.U32:
                writer.WriteUInt32(value.ToUInt32());
                break;
            case ScalePrimitive.U64:
                writer.WriteUInt64(value.ToUInt64());
                break;
            default:
                writer.WriteUInt128(value.ToUInt128());
                break;
        }
    }

    // A number fits n bytes when the bytes beyond repeat its sign.
    private static void WriteSigned(ScalePrimitive kind, Int128 value, ScaleWriter writer)
    {
        var size = 1 << (kind - ScalePrimitive.I8);
        var most = Int128.MaxValue >> ((2 * sizeof(ulong) - size) * 8);
        if (value > most || value < -most - 1)
        {
            throw new ScaleException(ScaleFault.OutOfRange, $"{value} does not fit {size} bytes");
        }

        Span<byte> wide = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteInt128LittleEndian(wide, value);
        writer.WriteBytes(wide[..size]);
    }

    private static ScaleException Wrong(ScaleValue value) =>
        new(ScaleFault.WrongShape, $"a {value.GetType().Name} is of another type");
}
