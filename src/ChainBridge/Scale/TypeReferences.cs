using System.Collections.Immutable;

namespace Gateway.ChainBridge.Scale;

/// <summary>Which types a type is made of.</summary>
internal static class TypeReferences
{
    /// <summary>Refuses ids that no type has, so that later nobody meets one.</summary>
    public static void Check(ImmutableArray<TypeDefinition> types)
    {
        foreach (var type in types)
        {
            foreach (var id in Of(type.Shape).Concat(type.Parameters.Select(one => one.Type ?? 0)))
            {
                if (id < 0 || id >= types.Length)
                {
                    throw new ScaleException(ScaleFault.UnknownType, $"there is no type {id}");
                }
            }
        }
    }

    public static IEnumerable<int> Of(TypeShape shape) => shape switch
    {
        TypeShape.Composite composite => composite.Fields.Select(field => field.Type),
        TypeShape.Variant variant => variant.Cases.SelectMany(one => one.Fields).Select(field => field.Type),
        TypeShape.Sequence sequence => [sequence.Element],
        TypeShape.Array array => [array.Element],
        TypeShape.Tuple tuple => tuple.Elements,
        TypeShape.Compact compact => [compact.Element],
        TypeShape.Bits bits => [bits.Store, bits.Order],
        _ => [],
    };
}
