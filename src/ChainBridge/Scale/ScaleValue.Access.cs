using System.Collections.Immutable;
using Gateway.Core;

namespace Gateway.ChainBridge.Scale;

/// <content>What readers of a decoded value use. All of them answer a value of another shape, and a number that does
/// not fit, with <see cref="ScaleException"/>: nothing is ever truncated.</content>
internal abstract partial record ScaleValue
{
    /// <summary>The name of the case this is.</summary>
    public string CaseName => this is Case one ? one.Name : throw Wrong("a case");

    /// <summary>The fields of a record or case.</summary>
    public ImmutableArray<ScaleField> FieldValues => this switch
    {
        Record record => record.Fields,
        Case one => one.Fields,
        _ => throw Wrong("a record or case"),
    };

    /// <summary>The elements of a list, array or tuple.</summary>
    public ImmutableArray<ScaleValue> Items => this is List list ? list.Values : throw Wrong("a list");

    /// <summary>A field by its name.</summary>
    public ScaleValue this[string field] => Find(field)
        ?? throw new ScaleException(ScaleFault.WrongShape, $"there is no field {field}");

    /// <summary>A field or element by its position.</summary>
    public ScaleValue this[int position]
    {
        get
        {
            var length = this is List list ? list.Values.Length : FieldValues.Length;
            if (position < 0 || position >= length)
            {
                throw new ScaleException(ScaleFault.WrongShape, $"there is nothing at position {position}");
            }

            return this is List items ? items.Values[position] : FieldValues[position].Value;
        }
    }

    /// <summary>A field by its name, or null.</summary>
    public ScaleValue? Find(string field)
    {
        foreach (var one in FieldValues)
        {
            if (one.Name == field)
            {
                return one.Value;
            }
        }

        return null;
    }

    /// <summary>What an Option holds; null for None.</summary>
    public ScaleValue? ToOptional() => this switch
    {
        Case { Name: "None", Fields.Length: 0 } => null,
        Case { Name: "Some", Fields: [var only] } => only.Value,
        _ => throw Wrong("an Option"),
    };

    public bool ToBoolean() => this is Boolean boolean ? boolean.Value : throw Wrong("a bool");

    public string ToText() => this is Text text ? text.Value : throw Wrong("text");

    public ReadOnlyMemory<byte> ToBytes() => this switch
    {
        Bytes bytes => bytes.Value,
        List { Values.IsEmpty: true } => ReadOnlyMemory<byte>.Empty,
        _ => throw Wrong("bytes"),
    };

    /// <summary>The 32 bytes of an account or hash.</summary>
    public ReadOnlyMemory<byte> ToAccount() =>
        this is Bytes { Value.Length: 32 } bytes ? bytes.Value : throw Wrong("32 bytes");

    public UInt128 ToUInt128() => this is Unsigned number ? number.Value : throw Wrong("an unsigned integer");

    public Int128 ToInt128() => this is Signed number ? number.Value : throw Wrong("a signed integer");

    public ulong ToUInt64() => (ulong)UpTo(ulong.MaxValue);

    public uint ToUInt32() => (uint)UpTo(uint.MaxValue);

    public ushort ToUInt16() => (ushort)UpTo(ushort.MaxValue);

    public byte ToUInt8() => (byte)UpTo(byte.MaxValue);

    /// <summary>An amount of the chain's smallest unit; above 2^63 - 1 it is refused.</summary>
    public Rao ToRao() => new((long)UpTo((UInt128)long.MaxValue));

    private UInt128 UpTo(UInt128 most)
    {
        var value = ToUInt128();
        return value <= most ? value : throw new ScaleException(ScaleFault.OutOfRange, $"{value} is above {most}");
    }

    private ScaleException Wrong(string wanted) =>
        new(ScaleFault.WrongShape, $"{wanted} was expected, this is a {GetType().Name}");
}
