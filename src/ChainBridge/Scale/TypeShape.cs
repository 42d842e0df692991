using System.Collections.Immutable;

namespace Gateway.ChainBridge.Scale;

/// <summary>How values of a type are laid out. Types are named by their id in the registry.</summary>
internal abstract record TypeShape
{
    private TypeShape()
    {
    }

    /// <summary>Fields one after the other.</summary>
    public sealed record Composite(ImmutableArray<TypeField> Fields) : TypeShape
    {
        /// <summary>Whether this is a wrapper of one unnamed field, such as AccountId32 or a NetUid. Its value is
        /// the wrapped value.</summary>
        public bool IsWrapper => Fields.Length == 1 && Fields[0].Name is null;
    }

    /// <summary>One of several cases: the case's index in a byte, then its fields.</summary>
    public sealed record Variant : TypeShape
    {
        private readonly TypeCase?[] _byIndex;

        /// <exception cref="ScaleException">Two cases have one index.</exception>
        public Variant(ImmutableArray<TypeCase> cases)
        {
            Cases = cases;
            _byIndex = new TypeCase?[cases.IsEmpty ? 0 : cases.Max(one => one.Index) + 1];
            foreach (var one in cases)
            {
                _byIndex[one.Index] = _byIndex[one.Index] is null
                    ? one
                    : throw new ScaleException(ScaleFault.UnknownVariant, $"two variants have the index {one.Index}");
            }
        }

        public ImmutableArray<TypeCase> Cases { get; }

        /// <summary>The case that bytes name by its index.</summary>
        /// <exception cref="ScaleException">The type has no such case.</exception>
        public TypeCase this[byte index] => Find(index)
            ?? throw new ScaleException(ScaleFault.UnknownVariant, $"there is no variant {index}");

        /// <summary>The case of an index, or null.</summary>
        public TypeCase? Find(byte index) => index < _byIndex.Length ? _byIndex[index] : null;

        /// <summary>The case of a name, or null.</summary>
        public TypeCase? Find(string name) => Cases.FirstOrDefault(one => one.Name == name);
    }

    /// <summary>Any number of elements after their count.</summary>
    public sealed record Sequence(int Element) : TypeShape;

    /// <summary>A fixed number of elements.</summary>
    public sealed record Array(int Length, int Element) : TypeShape;

    /// <summary>Elements of various types one after the other; none is the unit type.</summary>
    public sealed record Tuple(ImmutableArray<int> Elements) : TypeShape;

    public sealed record Primitive(ScalePrimitive Kind) : TypeShape;

    /// <summary>An unsigned integer, or a wrapper of one, in as few bytes as it needs.</summary>
    public sealed record Compact(int Element) : TypeShape;

    /// <summary>Bits after their count, packed into words of the type <paramref name="Store"/>.</summary>
    public sealed record Bits(int Store, int Order) : TypeShape;
}
