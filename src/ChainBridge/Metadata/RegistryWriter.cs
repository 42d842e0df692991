using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>Writes a portable registry; the counterpart of <see cref="RegistryReader"/>.</summary>
internal static class RegistryWriter
{
    public static void Write(TypeRegistry types, ScaleWriter writer)
    {
        writer.WriteLength(types.Types.Length);
        for (var id = 0; id < types.Types.Length; id++)
        {
            writer.WriteTypeId(id);
            WriteDefinition(types.Types[id], writer);
        }
    }

    private static void WriteDefinition(TypeDefinition type, ScaleWriter writer)
    {
        writer.WriteTexts(type.Path);
        writer.WriteList(type.Parameters, static (parameter, inner) =>
        {
            inner.WriteText(parameter.Name);
            inner.WriteOptionalType(parameter.Type);
        });
        WriteShape(type.Shape, writer);
        writer.WriteTexts(type.Docs);
    }

    private static void WriteShape(TypeShape shape, ScaleWriter writer)
    {
        switch (shape)
        {
            case TypeShape.Composite composite:
                writer.WriteByte(0);
                writer.WriteList(composite.Fields, WriteField);
                break;
            case TypeShape.Variant variant:
                writer.WriteByte(1);
                writer.WriteList(variant.Cases, WriteCase);
                break;
            case TypeShape.Sequence sequence:
                writer.WriteByte(2);
                writer.WriteTypeId(sequence.Element);
                break;
            case TypeShape.Array array:
                writer.WriteByte(3);
                writer.WriteUInt32((uint)array.Length);
                writer.WriteTypeId(array.Element);
                break;
            case TypeShape.Tuple tuple:
                writer.WriteByte(4);
                writer.WriteList(tuple.Elements, static (element, inner) => inner.WriteTypeId(element));
                break;
            case TypeShape.Primitive primitive:
                writer.WriteByte(5);
                writer.WriteByte((byte)primitive.Kind);
                break;
            case TypeShape.Compact compact:
                writer.WriteByte(6);
                writer.WriteTypeId(compact.Element);
                break;
            case TypeShape.Bits bits:
                writer.WriteByte(7);
                writer.WriteTypeId(bits.Store);
                writer.WriteTypeId(bits.Order);
                break;
        }
    }

    private static void WriteField(TypeField field, ScaleWriter writer)
    {
        writer.WriteOptionalText(field.Name);
        writer.WriteTypeId(field.Type);
        writer.WriteOptionalText(field.TypeName);
        writer.WriteTexts(field.Docs);
    }

    private static void WriteCase(TypeCase one, ScaleWriter writer)
    {
        writer.WriteText(one.Name);
        writer.WriteList(one.Fields, WriteField);
        writer.WriteByte(one.Index);
        writer.WriteTexts(one.Docs);
    }
}
