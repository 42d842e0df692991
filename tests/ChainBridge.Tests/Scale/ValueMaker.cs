using System.Collections.Immutable;
using System.Text;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Tests.Scale;

/// <summary>Makes random values of a registry's types from a seed.</summary>
internal sealed class ValueMaker(TypeRegistry types, int seed)
{
    private const int DeepEnough = 24;

    private readonly Random _random = new(seed);

    /// <summary>Null where a type has no values, or the draw went too deep.</summary>
    public ScaleValue? TryMake(int type)
    {
        try
        {
            return Make(type, 0);
        }
        catch (NoValueException)
        {
            return null;
        }
    }

    private ScaleValue Make(int type, int depth)
    {
        if (depth > DeepEnough)
        {
            throw new NoValueException();
        }

        return types[type] switch
        {
            TypeShape.Composite { IsWrapper: true } wrapper => Make(wrapper.Fields[0].Type, depth + 1),
            TypeShape.Composite composite => new ScaleValue.Record(Fields(composite.Fields, depth)),
            TypeShape.Variant { Cases: [] } => throw new NoValueException(),
            TypeShape.Variant variant => Case(variant.Cases[_random.Next(variant.Cases.Length)], depth),
            TypeShape.Sequence sequence => Many(sequence.Element, Length(sequence, depth), depth),
            TypeShape.Array array => Many(array.Element, array.Length, depth),
            TypeShape.Tuple tuple => new ScaleValue.List([.. tuple.Elements.Select(one => Make(one, depth + 1))]),
            TypeShape.Compact { Element: var unit } when types.PlainSize(unit) == 0 => ScaleValue.Unit,
            TypeShape.Compact compact => Integer(types.FindInteger(compact.Element)!.Value),
            TypeShape.Bits => new ScaleValue.Bits([.. Enumerable.Range(0, _random.Next(40)).Select(_ => Coin())]),
            TypeShape.Primitive primitive => Primitive(primitive.Kind),
            _ => throw new NoValueException(),
        };
    }

    // Lists of nothing have no length that bytes could vouch for, and are refused.
    private int Length(TypeShape.Sequence sequence, int depth) =>
        depth > DeepEnough / 2 || types.PlainSize(sequence.Element) == 0 ? 0 : _random.Next(4);

    private ImmutableArray<ScaleField> Fields(ImmutableArray<TypeField> fields, int depth) =>
        [.. fields.Select(field => new ScaleField(field.Name, Make(field.Type, depth + 1)))];

    private ScaleValue.Case Case(TypeCase one, int depth) => new(one.Name, Fields(one.Fields, depth));

    private ScaleValue Many(int element, int count, int depth)
    {
        if (types.IsByte(element))
        {
            var bytes = new byte[count];
            _random.NextBytes(bytes);
            return ScaleValue.Of(bytes);
        }

        return new ScaleValue.List([.. Enumerable.Range(0, count).Select(_ => Make(element, depth + 1))]);
    }

    private bool Coin() => _random.Next(2) == 0;

    private ScaleValue Primitive(ScalePrimitive kind) => kind switch
    {
        ScalePrimitive.Bool => ScaleValue.Of(Coin()),
        ScalePrimitive.Char => new ScaleValue.Character(new Rune('a' + _random.Next(26))),
        ScalePrimitive.Text => ScaleValue.Of(new string('ü', _random.Next(5))),
        ScalePrimitive.U256 or ScalePrimitive.I256 => Wide(),
        >= ScalePrimitive.I8 => new ScaleValue.Signed(SignedOf(kind)),
        _ => Integer(kind),
    };

    private ScaleValue.Bytes Wide()
    {
        var bytes = new byte[32];
        _random.NextBytes(bytes);
        return ScaleValue.Of(bytes);
    }

    private ScaleValue.Unsigned Integer(ScalePrimitive kind)
    {
        var bits = 8 << (kind - ScalePrimitive.U8);
        return ScaleValue.Of(Draw() >> (128 - bits + _random.Next(bits)));
    }

    private Int128 SignedOf(ScalePrimitive kind) =>
        unchecked((Int128)Draw()) >> (128 - (8 << (kind - ScalePrimitive.I8)));

    private UInt128 Draw() => new(
        unchecked((ulong)_random.NextInt64(long.MinValue, long.MaxValue)),
        unchecked((ulong)_random.NextInt64(long.MinValue, long.MaxValue)));

    private sealed class NoValueException : Exception;
}
