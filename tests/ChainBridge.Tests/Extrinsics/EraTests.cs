using System.Numerics;
using System.Text.Json;
using CsCheck;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Extrinsics;

public sealed class EraTests
{
    public static TheoryData<uint, int, string, uint, uint> Known =>
        [.. KeyVectors.Section("era").EnumerateArray().Select(one => (
            Number(one, "current"), (int)Number(one, "period"), one.Text("hex"), Number(one, "birth"),
            Number(one, "death")))];

    [Theory]
    [MemberData(nameof(Known))]
    public void An_era_has_the_bytes_and_the_span_polkadot_js_gives_it(
        uint current, int period, string hex, uint birth, uint death)
    {
        // polkadot.js rounds other periods up; we would rather be told.
        var era = Era.Mortal(current, (int)BitOperations.RoundUpToPowerOf2((uint)period));

        Assert.Equal(hex, Convert.ToHexStringLower(Bytes(era)));
        Assert.Equal((birth, death), (era.Birth(current), era.Death(current)));
        Assert.Equal(era, Read(Convert.FromHexString(hex)));
    }

    [Fact]
    public void An_immortal_era_is_one_zero_byte()
    {
        Assert.Equal([0], Bytes(Era.Immortal));
        Assert.Equal(Era.Immortal, Read([0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(63)]
    [InlineData(100)]
    [InlineData(8192)]
    public void Other_periods_are_refused(int period) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Era.Mortal(1000, period));

    [Theory]
    [InlineData("1000")]
    [InlineData("4100")]
    public void Eras_nobody_makes_are_refused(string hex) =>
        Assert.Throws<ScaleException>(() => Read(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("0c00", 8192, 0)]
    [InlineData("ffff", 65536, 65520)]
    public void Longer_eras_of_others_are_read(string hex, int period, int phase)
    {
        var era = Read(Convert.FromHexString(hex));
        Assert.Equal((period, phase), (era.Period, era.Phase));
        Assert.Equal(hex, Convert.ToHexStringLower(Bytes(era)));
    }

    [Fact]
    public void Within_its_period_an_era_knows_its_birth()
    {
        Gen.Select(Gen.UInt[0, 1u << 30], Gen.Int[2, 12], Gen.UInt[0, 4095]).Sample(sample =>
        {
            var (current, exponent, later) = sample;
            var era = Era.Mortal(current, 1 << exponent);
            var seen = current + (later % (uint)era.Period);
            Assert.Equal(current, era.Birth(seen));
            Assert.True(seen < era.Death(seen));
            Assert.Equal(era, Read(Bytes(era)));
        });
    }

    private static uint Number(JsonElement one, string name) => one.GetProperty(name).GetUInt32();

    private static byte[] Bytes(Era era)
    {
        var writer = new ScaleWriter();
        era.Write(writer);
        return writer.ToArray();
    }

    private static Era Read(byte[] bytes)
    {
        var reader = new ScaleReader(bytes);
        var era = Era.Read(ref reader);
        reader.RequireEnd();
        return era;
    }
}
