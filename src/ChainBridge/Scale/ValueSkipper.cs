using System.Collections.Immutable;

namespace Gateway.ChainBridge.Scale;

/// <summary>Passes over a value without making it. It accepts exactly the bytes that <see cref="ValueReader"/> does.
/// </summary>
internal static class ValueSkipper
{
    /// <exception cref="ScaleException">The bytes do not begin with a value of the type.</exception>
    public static void Skip(TypeRegistry types, int type, ref ScaleReader reader)
    {
        var shape = types[type];
        reader.Enter();
        var size = types.PlainSize(type);
        if (size >= 0)
        {
            _ = reader.ReadBytes(size);
        }
        else
        {
            SkipShape(types, shape, ref reader);
        }

        reader.Leave();
    }

    private static void SkipShape(TypeRegistry types, TypeShape shape, ref ScaleReader reader)
    {
        switch (shape)
        {
            case TypeShape.Composite composite:
                SkipFields(types, composite.Fields, ref reader);
                break;
            case TypeShape.Variant variant:
                SkipCase(types, variant, ref reader);
                break;
            case TypeShape.Sequence sequence:
                var length = ElementRoom.ReadLength(types, sequence.Element, ref reader);
                SkipMany(types, sequence.Element, length, ref reader);
                break;
            case TypeShape.Array array:
                ElementRoom.Require(types, array, ref reader);
                SkipMany(types, array.Element, array.Length, ref reader);
                break;
            case TypeShape.Tuple tuple:
                SkipTuple(types, tuple, ref reader);
                break;
            case TypeShape.Compact compact:
                CompactRange.Skip(types, compact, ref reader);
                break;
            case TypeShape.Primitive { Kind: ScalePrimitive.Text }:
                reader.SkipText();
                break;
            default:
                _ = ValueReader.ReadScalar(types, shape, ref reader);
                break;
        }
    }

    private static void SkipCase(TypeRegistry types, TypeShape.Variant variant, ref ScaleReader reader)
    {
        var one = variant[reader.ReadByte()];
        try
        {
            SkipFields(types, one.Fields, ref reader);
        }
        catch (ScaleException failure) when (failure.Within(one.Name))
        {
            throw;
        }
    }

    /// <summary>Passes over the fields of a case whose index is read already.</summary>
    internal static void SkipFields(TypeRegistry types, ImmutableArray<TypeField> fields, ref ScaleReader reader)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            try
            {
                Skip(types, fields[i].Type, ref reader);
            }
            catch (ScaleException failure) when (failure.Within(fields, i))
            {
                throw;
            }
        }
    }

    private static void SkipTuple(TypeRegistry types, TypeShape.Tuple tuple, ref ScaleReader reader)
    {
        for (var i = 0; i < tuple.Elements.Length; i++)
        {
            try
            {
                Skip(types, tuple.Elements[i], ref reader);
            }
            catch (ScaleException failure) when (failure.Within(i))
            {
                throw;
            }
        }
    }

    private static void SkipMany(TypeRegistry types, int element, int count, ref ScaleReader reader)
    {
        var size = types.PlainSize(element);
        if (size >= 0)
        {
            _ = reader.ReadBytes(size * count);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            try
            {
                Skip(types, element, ref reader);
            }
            catch (ScaleException failure) when (failure.Within(i))
            {
                throw;
            }
        }
    }
}
