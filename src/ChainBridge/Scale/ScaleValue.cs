using System.Collections.Immutable;
using System.Text;

namespace Gateway.ChainBridge.Scale;

/// <summary>A decoded value, or one to encode. Immutable, compared by content. Wrappers of one unnamed field do not
/// appear: an AccountId32 is its bytes, a NetUid its number. The readers by name, position and kind are in the other
/// half of this class.</summary>
internal abstract partial record ScaleValue
{
    private static readonly Boolean False = new(false);
    private static readonly Boolean True = new(true);

    private ScaleValue()
    {
    }

    /// <summary>The empty Option.</summary>
    public static Case None { get; } = new("None", []);

    /// <summary>The unit value.</summary>
    public static List Unit { get; } = new([]);

    public static Unsigned Of(UInt128 value) => new(value);

    public static Boolean Of(bool value) => value ? True : False;

    public static Text Of(string value) => new(value);

    /// <summary>Bytes, copied.</summary>
    public static Bytes Of(ReadOnlySpan<byte> value) => new(value.ToArray());

    /// <summary>An Option that holds a value.</summary>
    public static Case Some(ScaleValue value) => new("Some", [new ScaleField(null, value)]);

    /// <summary>A list, array or tuple.</summary>
    public static List ListOf(params ReadOnlySpan<ScaleValue> items) => new([.. items]);

    /// <summary>A record of named fields.</summary>
    public static Record RecordOf(params ReadOnlySpan<(string Name, ScaleValue Value)> fields) =>
        new(Named(fields));

    /// <summary>A case with named fields.</summary>
    public static Case CaseOf(string name, params ReadOnlySpan<(string Name, ScaleValue Value)> fields) =>
        new(name, Named(fields));

    /// <summary>A case with unnamed fields.</summary>
    public static Case CaseOf(string name, ScaleValue first, params ReadOnlySpan<ScaleValue> others)
    {
        var fields = ImmutableArray.CreateBuilder<ScaleField>(others.Length + 1);
        fields.Add(new ScaleField(null, first));
        foreach (var other in others)
        {
            fields.Add(new ScaleField(null, other));
        }

        return new Case(name, fields.MoveToImmutable());
    }

    private static ImmutableArray<ScaleField> Named(ReadOnlySpan<(string Name, ScaleValue Value)> fields)
    {
        var named = ImmutableArray.CreateBuilder<ScaleField>(fields.Length);
        foreach (var (name, value) in fields)
        {
            named.Add(new ScaleField(name, value));
        }

        return named.MoveToImmutable();
    }

    /// <summary>An unsigned integer of up to 128 bits; its width is the type's affair.</summary>
    public sealed record Unsigned(UInt128 Value) : ScaleValue
    {
        public override string ToString() => Value.ToString(null, null);
    }

    /// <summary>A signed integer of up to 128 bits.</summary>
    public sealed record Signed(Int128 Value) : ScaleValue
    {
        public override string ToString() => Value.ToString(null, null);
    }

    public sealed record Boolean(bool Value) : ScaleValue
    {
        public override string ToString() => Value ? "true" : "false";
    }

    public sealed record Character(Rune Value) : ScaleValue
    {
        public override string ToString() => $"'{Value}'";
    }

    public sealed record Text(string Value) : ScaleValue
    {
        public override string ToString() => $"\"{Value}\"";
    }

    /// <summary>A list or array of u8, or an integer of 256 bits, little endian.</summary>
    public sealed record Bytes(ReadOnlyMemory<byte> Value) : ScaleValue
    {
        public bool Equals(Bytes? other) => other is not null && Value.Span.SequenceEqual(other.Value.Span);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.AddBytes(Value.Span);
            return hash.ToHashCode();
        }

        public override string ToString() => $"0x{Convert.ToHexStringLower(Value.Span)}";
    }

    /// <summary>Bits in order.</summary>
    public sealed record Bits(ImmutableArray<bool> Value) : ScaleValue
    {
        public bool Equals(Bits? other) => other is not null && Value.AsSpan().SequenceEqual(other.Value.AsSpan());

        public override int GetHashCode() => Value.Length;

        public override string ToString() => $"0b{string.Concat(Value.Select(bit => bit ? '1' : '0'))}";
    }

    /// <summary>The elements of a list, array or tuple.</summary>
    public sealed record List(ImmutableArray<ScaleValue> Values) : ScaleValue
    {
        public bool Equals(List? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

        public override int GetHashCode() => HashCode.Combine(Values.Length, Values.FirstOrDefault());

        public override string ToString() => $"[{string.Join(", ", Values)}]";
    }

    /// <summary>The fields of a composite type.</summary>
    public sealed record Record(ImmutableArray<ScaleField> Fields) : ScaleValue
    {
        public bool Equals(Record? other) =>
            other is not null && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());

        public override int GetHashCode() => HashCode.Combine(Fields.Length, Fields.FirstOrDefault());

        public override string ToString() => $"{{{Show(Fields)}}}";
    }

    /// <summary>A case of a variant type and its fields.</summary>
    public sealed record Case(string Name, ImmutableArray<ScaleField> Fields) : ScaleValue
    {
        public bool Equals(Case? other) => other is not null
            && Name == other.Name
            && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());

        public override int GetHashCode() => HashCode.Combine(Name, Fields.FirstOrDefault());

        public override string ToString() => Fields.IsEmpty ? Name : $"{Name}({Show(Fields)})";
    }

    private static string Show(ImmutableArray<ScaleField> fields) => string.Join(
        ", ", fields.Select(field => field.Name is null ? $"{field.Value}" : $"{field.Name}: {field.Value}"));
}
