using System.Collections.Immutable;

namespace Gateway.ChainBridge.Scale;

/// <summary>Which types have a fixed size and take any bytes for a value. Such values are skipped in one step and need
/// no look at their content; a bool or a variant is not among them, for some of their bytes are errors.</summary>
internal sealed class PlainSizes
{
    public const int None = -1;

    private const int Unknown = -2;

    private readonly ImmutableArray<TypeDefinition> _types;
    private readonly int[] _sizes;

    private PlainSizes(ImmutableArray<TypeDefinition> types)
    {
        _types = types;
        _sizes = new int[types.Length];
        Array.Fill(_sizes, Unknown);
    }

    public static int[] Of(ImmutableArray<TypeDefinition> types)
    {
        var sizes = new PlainSizes(types);
        for (var type = 0; type < types.Length; type++)
        {
            _ = sizes.Find(type, depth: 0);
        }

        return sizes._sizes;
    }

    private int Find(int type, int depth)
    {
        if (_sizes[type] != Unknown)
        {
            return _sizes[type];
        }

        // A type inside itself, or one nested deeper than any value may be, is left to the careful path.
        _sizes[type] = None;
        return depth > ScaleReader.MaximumDepth ? None : _sizes[type] = Measure(_types[type].Shape, depth + 1);
    }

    private int Measure(TypeShape shape, int depth) => shape switch
    {
        TypeShape.Primitive primitive => SizeOf(primitive.Kind),
        TypeShape.Composite composite => Sum(composite.Fields.Select(field => field.Type), depth),
        TypeShape.Tuple tuple => Sum(tuple.Elements, depth),
        TypeShape.Array array => Times(array.Length, Find(array.Element, depth)),
        _ => None,
    };

    private int Sum(IEnumerable<int> types, int depth)
    {
        var sum = 0L;
        foreach (var type in types)
        {
            var size = Find(type, depth);
            if (size == None)
            {
                return None;
            }

            sum += size;
        }

        return Bounded(sum);
    }

    private static int Times(int count, int size) => size == None ? None : Bounded((long)count * size);

    private static int Bounded(long size) => size <= ScaleReader.MaximumLength ? (int)size : None;

    private static int SizeOf(ScalePrimitive kind) => kind switch
    {
        ScalePrimitive.U8 or ScalePrimitive.I8 => 1,
        ScalePrimitive.U16 or ScalePrimitive.I16 => 2,
        ScalePrimitive.U32 or ScalePrimitive.I32 => 4,
        ScalePrimitive.U64 or ScalePrimitive.I64 => 8,
        ScalePrimitive.U128 or ScalePrimitive.I128 => 16,
        ScalePrimitive.U256 or ScalePrimitive.I256 => 32,
        ScalePrimitive.Bool or ScalePrimitive.Char or ScalePrimitive.Text => None,
    };
}
