using System.Collections.Immutable;

namespace Gateway.ChainBridge.Scale;

/// <summary>The types of one runtime, by id. Immutable; every id inside it is known to exist.</summary>
internal sealed class TypeRegistry
{
    private readonly int[] _plainSizes;
    private readonly bool[] _areBytes;

    /// <exception cref="ScaleException">A type refers to an id that is not there.</exception>
    public TypeRegistry(ImmutableArray<TypeDefinition> types)
    {
        Types = types;
        TypeReferences.Check(types);
        _areBytes = [.. types.Select((_, id) => FindInteger(id) == ScalePrimitive.U8)];
        _plainSizes = PlainSizes.Of(types);
    }

    /// <summary>All types; the position is the id.</summary>
    public ImmutableArray<TypeDefinition> Types { get; }

    /// <summary>The layout of a type.</summary>
    /// <exception cref="ScaleException">There is no such type.</exception>
    public TypeShape this[int type] => Definition(type).Shape;

    /// <exception cref="ScaleException">There is no such type.</exception>
    public TypeDefinition Definition(int type) => type >= 0 && type < Types.Length
        ? Types[type]
        : throw new ScaleException(ScaleFault.UnknownType, $"there is no type {type}");

    /// <summary>The fixed size in bytes of a type of which any bytes are a value, such as an account or a tuple of
    /// integers; -1 for all others. Zero is the size of empty types.</summary>
    public int PlainSize(int type) => _plainSizes[type];

    /// <summary>Whether a type is u8, or wraps it: lists of such are <see cref="ScaleValue.Bytes"/>.</summary>
    public bool IsByte(int type) => _areBytes[type];

    /// <summary>The unsigned or signed integer, of at most 128 bits, that a type is or wraps; null for
    /// others.</summary>
    public ScalePrimitive? FindInteger(int type)
    {
        for (var depth = 0; depth < ScaleReader.MaximumDepth; depth++)
        {
            switch (this[type])
            {
                case TypeShape.Primitive primitive:
                    return IsInteger(primitive.Kind) ? primitive.Kind : null;
                case TypeShape.Composite { Fields: [var only] }:
                    type = only.Type;
                    continue;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Reads exactly one value of these bytes.</summary>
    /// <exception cref="ScaleException">The bytes are not one value of the type.</exception>
    public ScaleValue Decode(int type, ReadOnlySpan<byte> bytes)
    {
        var reader = new ScaleReader(bytes);
        var value = ValueReader.Read(this, type, ref reader);
        reader.RequireEnd();
        return value;
    }

    /// <summary>The bytes of a value.</summary>
    /// <exception cref="ScaleException">The value is not of the type.</exception>
    public byte[] Encode(int type, ScaleValue value)
    {
        var writer = new ScaleWriter();
        ValueWriter.Write(this, type, value, writer);
        return writer.ToArray();
    }

    private static bool IsInteger(ScalePrimitive kind) =>
        kind is >= ScalePrimitive.U8 and not (ScalePrimitive.U256 or ScalePrimitive.I256);
}
