using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Tests.Scale;

/// <summary>What the codec refuses, on a small registry of its own.</summary>
public sealed class RefusalTests
{
    private const int U8 = 0;
    private const int U32 = 1;
    private const int Numbers = 2;
    private const int Option = 3;
    private const int Chain = 4;
    private const int Pair = 5;
    private const int Text = 6;
    private const int Flag = 7;
    private const int CompactU8 = 8;
    private const int Unit = 9;
    private const int Units = 10;
    private const int HugeArray = 11;
    private const int Never = 12;
    private const int Character = 13;
    private const int Bits = 14;
    private const int Lsb0 = 15;

    private static readonly TypeRegistry Types = new(
    [
        Type(new TypeShape.Primitive(ScalePrimitive.U8)),
        Type(new TypeShape.Primitive(ScalePrimitive.U32)),
        Type(new TypeShape.Sequence(U32)),
        Type(new TypeShape.Variant([Case("None", 0), Case("Some", 1, U32)])),
        Type(new TypeShape.Variant([Case("End", 0), Case("Link", 1, Chain)])),
        Type(new TypeShape.Composite([Field("count", U32), Field("names", Numbers)])),
        Type(new TypeShape.Primitive(ScalePrimitive.Text)),
        Type(new TypeShape.Primitive(ScalePrimitive.Bool)),
        Type(new TypeShape.Compact(U8)),
        Type(new TypeShape.Tuple([])),
        Type(new TypeShape.Sequence(Unit)),
        Type(new TypeShape.Array(1 << 26, Flag)),
        Type(new TypeShape.Variant([])),
        Type(new TypeShape.Primitive(ScalePrimitive.Char)),
        Type(new TypeShape.Bits(U8, Lsb0)),
        new(["bitvec", "order", "Lsb0"], [], new TypeShape.Variant([]), []),
    ]);

    [Theory]
    [InlineData(U32, "010203", nameof(ScaleFault.ShortRead), "")]
    [InlineData(U32, "0102030405", nameof(ScaleFault.BytesLeft), "")]
    [InlineData(Option, "02", nameof(ScaleFault.UnknownVariant), "")]
    [InlineData(Option, "0101", nameof(ScaleFault.ShortRead), "Some")]
    [InlineData(Flag, "02", nameof(ScaleFault.UnknownVariant), "")]
    [InlineData(Never, "00", nameof(ScaleFault.UnknownVariant), "")]
    [InlineData(CompactU8, "0104", nameof(ScaleFault.OutOfRange), "")]
    [InlineData(CompactU8, "0100", nameof(ScaleFault.NotShortest), "")]
    [InlineData(Text, "04ff", nameof(ScaleFault.InvalidText), "")]
    [InlineData(Character, "00d80000", nameof(ScaleFault.InvalidText), "")]
    [InlineData(Numbers, "0801000000", nameof(ScaleFault.TooLong), "")]
    [InlineData(Numbers, "feffffff01000000", nameof(ScaleFault.TooLong), "")]
    [InlineData(Numbers, "13ffffffffffffffff", nameof(ScaleFault.TooLong), "")]
    [InlineData(Units, "feffffff", nameof(ScaleFault.TooLong), "")]
    [InlineData(HugeArray, "00", nameof(ScaleFault.ShortRead), "")]
    [InlineData(Pair, "0000000008010000", nameof(ScaleFault.TooLong), "names")]
    [InlineData(Pair, "000000", nameof(ScaleFault.ShortRead), "count")]
    [InlineData(Bits, "14ff", nameof(ScaleFault.OutOfRange), "")]
    [InlineData(Bits, "241f", nameof(ScaleFault.TooLong), "")]
    public void Bad_bytes_are_refused_with_their_place(int type, string hex, string fault, string path)
    {
        var bytes = Convert.FromHexString(hex);

        var read = Assert.Throws<ScaleException>(() => Types.Decode(type, bytes));

        Assert.Equal((fault, path), ($"{read.Fault}", read.Path));
        Assert.Equal(read.Fault, Assert.Throws<ScaleException>(() => Skip(type, bytes)).Fault);
    }

    [Theory]
    [InlineData(62, null)]
    [InlineData(64, nameof(ScaleFault.TooDeep))]
    public void Values_nest_to_a_depth_of_64(int links, string? fault)
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)1, links), 0];
        var failure = Record.Exception(() => Types.Decode(Chain, bytes)) as ScaleException;
        Assert.Equal(fault, failure is null ? null : $"{failure.Fault}");
        failure = Record.Exception(() => Skip(Chain, bytes)) as ScaleException;
        Assert.Equal(fault, failure is null ? null : $"{failure.Fault}");
    }

    [Fact]
    public void Values_to_write_nest_no_deeper()
    {
        var value = ScaleValue.CaseOf("End");
        for (var i = 0; i < ScaleReader.MaximumDepth; i++)
        {
            value = ScaleValue.CaseOf("Link", value);
        }

        Assert.Equal(
            ScaleFault.TooDeep, Assert.Throws<ScaleException>(() => Types.Encode(Chain, value)).Fault);
    }

    [Fact]
    public void A_length_allocates_nothing_that_the_bytes_cannot_hold()
    {
        byte[] bytes = [0xfe, 0xff, 0xff, 0x00, 1, 2, 3, 4];
        _ = Record.Exception(() => Types.Decode(Numbers, bytes));
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = Record.Exception(() => Types.Decode(Numbers, bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Fact]
    public void Types_of_no_bytes_that_double_without_end_are_refused_in_time()
    {
        // 2^60 values of no bytes.
        var types = new List<TypeDefinition> { Type(new TypeShape.Variant([Case("One", 0)])) };
        for (var i = 0; i < 60; i++)
        {
            types.Add(Type(new TypeShape.Tuple([i, i])));
        }

        types[0] = Type(new TypeShape.Composite([]));
        var registry = new TypeRegistry([.. types]);
        var failure = Assert.Throws<ScaleException>(() => registry.Decode(60, []));
        Assert.Equal(ScaleFault.TooLong, failure.Fault);
    }

    [Fact]
    public void A_type_inside_itself_is_refused_in_time()
    {
        var registry = new TypeRegistry([Type(new TypeShape.Composite([Field("self", 0)]))]);
        Assert.Equal(ScaleFault.TooDeep, Assert.Throws<ScaleException>(() => registry.Decode(0, [1])).Fault);
    }

    [Fact]
    public void A_registry_with_a_type_that_is_not_there_is_refused() => Assert.Equal(
        ScaleFault.UnknownType,
        Assert.Throws<ScaleException>(() => new TypeRegistry([Type(new TypeShape.Sequence(7))])).Fault);

    [Fact]
    public void A_type_that_is_not_there_is_refused()
    {
        Assert.Equal(ScaleFault.UnknownType, Assert.Throws<ScaleException>(() => Types.Decode(99, [1])).Fault);
        Assert.Equal(ScaleFault.UnknownType, Assert.Throws<ScaleException>(() => Skip(-1, [1])).Fault);
    }

    [Fact]
    public void Two_cases_of_one_index_are_refused() => Assert.Throws<ScaleException>(
        () => new TypeShape.Variant([Case("A", 1), Case("B", 1)]));

    [Fact]
    public void Numbers_are_never_truncated()
    {
        var large = ScaleValue.Of((UInt128)ulong.MaxValue);
        Assert.Equal(ScaleFault.OutOfRange, Assert.Throws<ScaleException>(() => large.ToRao()).Fault);
        Assert.Equal(ScaleFault.OutOfRange, Assert.Throws<ScaleException>(() => large.ToUInt32()).Fault);
        Assert.Equal(ScaleFault.OutOfRange, Assert.Throws<ScaleException>(() => Types.Encode(U8, large)).Fault);
        Assert.Equal(long.MaxValue, ScaleValue.Of((UInt128)long.MaxValue).ToRao().Value);
    }

    [Fact]
    public void Values_of_another_shape_are_refused()
    {
        var one = ScaleValue.Of(1u);
        Assert.Equal("names", Wrong(Pair, ScaleValue.RecordOf(("count", one), ("names", one))).Path);
        Assert.Contains("names", Wrong(Pair, ScaleValue.RecordOf(("count", one), ("name", one))).Message,
            StringComparison.Ordinal);
        _ = Wrong(Pair, ScaleValue.RecordOf(("count", one)));
        _ = Wrong(Pair, one);
        _ = Wrong(Text, one);
        Assert.Equal(
            ScaleFault.UnknownVariant,
            Assert.Throws<ScaleException>(() => Types.Encode(Option, ScaleValue.CaseOf("Maybe"))).Fault);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Nothing_is_found_outside_a_value(int position)
    {
        ScaleValue[] values = [ScaleValue.ListOf(ScaleValue.Unit), ScaleValue.Some(ScaleValue.Unit)];
        Assert.All(values, value => Assert.Equal(
            ScaleFault.WrongShape, Assert.Throws<ScaleException>(() => value[position]).Fault));
        Assert.All(values, value => Assert.Equal(ScaleValue.Unit, value[0]));
    }

    private static ScaleException Wrong(int type, ScaleValue value)
    {
        var failure = Assert.Throws<ScaleException>(() => Types.Encode(type, value));
        Assert.Equal(ScaleFault.WrongShape, failure.Fault);
        return failure;
    }

    private static void Skip(int type, byte[] bytes)
    {
        var reader = new ScaleReader(bytes);
        ValueSkipper.Skip(Types, type, ref reader);
        reader.RequireEnd();
    }

    private static TypeDefinition Type(TypeShape shape) => new([], [], shape, []);

    private static TypeField Field(string name, int type) => new(name, type, null, []);

    private static TypeCase Case(string name, byte index, params int[] fields) =>
        new(name, [.. fields.Select(type => new TypeField(null, type, null, []))], index, []);
}
