namespace Gateway.ChainBridge.Scale;

/// <summary>Compact integers of a type: what they may be. The compact form of the unit type, which addresses by account
/// index have here, is no bytes at all.</summary>
internal static class CompactRange
{
    public static ScaleValue Read(TypeRegistry types, TypeShape.Compact compact, ref ScaleReader reader) =>
        ReadNumber(types, compact, ref reader) is { } number ? new ScaleValue.Unsigned(number) : ScaleValue.Unit;

    public static void Skip(TypeRegistry types, TypeShape.Compact compact, ref ScaleReader reader) =>
        _ = ReadNumber(types, compact, ref reader);

    public static void Write(TypeRegistry types, TypeShape.Compact compact, ScaleValue value, ScaleWriter writer)
    {
        if (types.PlainSize(compact.Element) == 0)
        {
            return;
        }

        var number = value.ToUInt128();
        Require(number, Most(types, compact));
        writer.WriteCompact(number);
    }

    private static UInt128? ReadNumber(TypeRegistry types, TypeShape.Compact compact, ref ScaleReader reader)
    {
        if (types.PlainSize(compact.Element) == 0)
        {
            return null;
        }

        var most = Most(types, compact);
        var value = reader.ReadCompact();
        Require(value, most);
        return value;
    }

    private static void Require(UInt128 value, UInt128 most)
    {
        if (value > most)
        {
            throw new ScaleException(ScaleFault.OutOfRange, $"{value} is above {most}");
        }
    }

    private static UInt128 Most(TypeRegistry types, TypeShape.Compact compact) =>
        types.FindInteger(compact.Element) switch
        {
            ScalePrimitive.U8 => byte.MaxValue,
            ScalePrimitive.U16 => ushort.MaxValue,
            ScalePrimitive.U32 => uint.MaxValue,
            ScalePrimitive.U64 => ulong.MaxValue,
            ScalePrimitive.U128 => UInt128.MaxValue,
            _ => throw new ScaleException(ScaleFault.UnknownType, "a compact form of what is no unsigned integer"),
        };
}
