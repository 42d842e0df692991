using System.Collections.Immutable;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>Reads a portable registry (paritytech/scale-info, src/portable.rs and src/ty).</summary>
internal static class RegistryReader
{
    public static TypeRegistry Read(ref ScaleReader reader)
    {
        var count = reader.ReadLength();
        var types = ImmutableArray.CreateBuilder<TypeDefinition>(count);
        for (var id = 0; id < count; id++)
        {
            // The format repeats the position as the id, and every reader relies on it.
            if (reader.ReadCompactUInt32() is var stated && stated != (uint)id)
            {
                throw new ScaleException(ScaleFault.UnknownType, $"type {id} calls itself {stated}");
            }

            types.Add(ReadDefinition(ref reader));
        }

        return new TypeRegistry(types.MoveToImmutable());
    }

    private static TypeDefinition ReadDefinition(ref ScaleReader reader) => new(
        reader.ReadTexts(),
        reader.ReadList(static (ref ScaleReader inner) => new TypeParameter(
            inner.ReadText(), inner.ReadOption() ? inner.ReadTypeId() : null)),
        ReadShape(ref reader),
        reader.ReadTexts());

    private static TypeShape ReadShape(ref ScaleReader reader) => reader.ReadByte() switch
    {
        0 => new TypeShape.Composite(reader.ReadList(ReadField)),
        1 => new TypeShape.Variant(reader.ReadList(ReadCase)),
        2 => new TypeShape.Sequence(reader.ReadTypeId()),
        3 => ReadArray(ref reader),
        4 => new TypeShape.Tuple(reader.ReadList(static (ref ScaleReader inner) => inner.ReadTypeId())),
        5 => new TypeShape.Primitive(ReadPrimitive(ref reader)),
        6 => new TypeShape.Compact(reader.ReadTypeId()),
        7 => new TypeShape.Bits(reader.ReadTypeId(), reader.ReadTypeId()),
        var other => throw new ScaleException(ScaleFault.UnknownVariant, $"{other} is no kind of type"),
    };

    private static TypeShape.Array ReadArray(ref ScaleReader reader)
    {
        var length = reader.ReadUInt32();
        return length <= ScaleReader.MaximumLength
            ? new TypeShape.Array((int)length, reader.ReadTypeId())
            : throw new ScaleException(ScaleFault.TooLong, $"an array of {length}");
    }

    private static ScalePrimitive ReadPrimitive(ref ScaleReader reader)
    {
        var kind = (ScalePrimitive)reader.ReadByte();
        return kind <= ScalePrimitive.I256
            ? kind
            : throw new ScaleException(ScaleFault.UnknownVariant, $"{(int)kind} is no primitive type");
    }

    private static TypeField ReadField(ref ScaleReader reader) => new(
        reader.ReadOption() ? reader.ReadText() : null,
        reader.ReadTypeId(),
        reader.ReadOption() ? reader.ReadText() : null,
        reader.ReadTexts());

    private static TypeCase ReadCase(ref ScaleReader reader) =>
        new(reader.ReadText(), reader.ReadList(ReadField), reader.ReadByte(), reader.ReadTexts());
}
