using System.Globalization;
using System.Text.Json;
using CsCheck;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Scale;

public sealed class CompactTests
{
    public static TheoryData<string, string> Known =>
        [.. KeyVectors.Section("compact").EnumerateArray().Select(one => (Number(one), one.Text("hex")))];

    public static TheoryData<string, string> Refused =>
        [.. KeyVectors.Section("compact_refuse").EnumerateArray().Select(one => (one.Text("hex"), one.Text("why")))];

    [Theory]
    [MemberData(nameof(Known))]
    public void A_number_has_the_bytes_polkadot_js_gives_it(string number, string hex)
    {
        var value = UInt128.Parse(number, CultureInfo.InvariantCulture);
        var writer = new ScaleWriter();

        writer.WriteCompact(value);

        Assert.Equal(hex, Convert.ToHexStringLower(writer.Written));
        Assert.Equal(value, Read(Convert.FromHexString(hex)));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Longer_forms_and_short_reads_are_refused(string hex, string why)
    {
        var failure = Assert.Throws<ScaleException>(() => Read(Convert.FromHexString(hex)));
        Assert.Equal(why == "short read" ? ScaleFault.ShortRead : ScaleFault.NotShortest, failure.Fault);
    }

    [Fact]
    public void Above_128_bits_a_number_is_refused_and_not_truncated()
    {
        byte[] bytes = [0b0011_0111, .. Enumerable.Repeat((byte)1, 17)];
        Assert.Equal(ScaleFault.OutOfRange, Assert.Throws<ScaleException>(() => Read(bytes)).Fault);
    }

    [Fact]
    public void Every_number_is_read_back()
    {
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[0, 127]).Sample(sample =>
        {
            var value = new UInt128(sample.Item1, sample.Item2) >> sample.Item3;
            var writer = new ScaleWriter();
            writer.WriteCompact(value);
            Assert.Equal(value, Read(writer.ToArray()));
        });
    }

    [Fact]
    public void Bytes_are_refused_or_written_again_the_same()
    {
        Gen.Byte.Array[0, 20].Sample(bytes =>
        {
            var reader = new ScaleReader(bytes);
            try
            {
                var value = reader.ReadCompact();
                var writer = new ScaleWriter();
                writer.WriteCompact(value);
                Assert.Equal(bytes[..reader.Position], writer.ToArray());
            }
            catch (ScaleException failure)
            {
                Assert.True(
                    failure.Fault is ScaleFault.ShortRead or ScaleFault.NotShortest or ScaleFault.OutOfRange,
                    failure.Message);
            }
        });
    }

    private static UInt128 Read(byte[] bytes)
    {
        var reader = new ScaleReader(bytes);
        var value = reader.ReadCompact();
        reader.RequireEnd();
        return value;
    }

    private static string Number(JsonElement one)
    {
        var value = one.GetProperty("value");
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
    }
}
