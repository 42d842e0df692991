using CsCheck;

namespace Gateway.Core.Tests;

public sealed class AmountTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.0", 0)]
    [InlineData("0e0", 0)]
    [InlineData("0E+999", 0)]
    [InlineData("0.000000000000", 0)]
    [InlineData("1", 1_000_000_000)]
    [InlineData("001", 1_000_000_000)]
    [InlineData("0.002", 2_000_000)]
    [InlineData("00.002000", 2_000_000)]
    [InlineData("1e-7", 100)]
    [InlineData("1E-9", 1)]
    [InlineData("1e-09", 1)]
    [InlineData("10e-10", 1)]
    [InlineData("2.5e+3", 2_500_000_000_000)]
    [InlineData("0.1e1", 1_000_000_000)]
    [InlineData("0.0000000010", 1)]
    [InlineData("9223372036.854775807", long.MaxValue)]
    [InlineData("9223372036854775807e-9", long.MaxValue)]
    public void Usd_text_is_read_digit_by_digit(string text, long nanoUsd)
    {
        Assert.True(NanoUsd.TryParseUsd(text, out var amount));
        Assert.Equal(new(nanoUsd), amount);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-1")]
    [InlineData("-0")]
    [InlineData("+1")]
    [InlineData("1 ")]
    [InlineData("1,5")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1.2.3")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e")]
    [InlineData("e5")]
    [InlineData("1e5.0")]
    [InlineData("1ee5")]
    [InlineData("1e309")]
    [InlineData("1e-309")]
    [InlineData("1e1000")]
    [InlineData("1e99999999999")]
    [InlineData("1e-10")]
    [InlineData("0.0000000001")]
    [InlineData("1.0000000001")]
    [InlineData("9223372036.854775808")]
    [InlineData("9223372037")]
    [InlineData("99999999999999999999999999999999999999999999999999")]
    [InlineData("１")]
    public void What_is_no_amount_is_refused(string text)
    {
        Assert.False(NanoUsd.TryParseUsd(text, out var amount));
        Assert.Equal(NanoUsd.Zero, amount);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "0.000000001")]
    [InlineData(123_000, "0.000123")]
    [InlineData(1_000_000_000, "1")]
    [InlineData(1_500_000_000, "1.5")]
    [InlineData(-1, "-0.000000001")]
    [InlineData(long.MaxValue, "9223372036.854775807")]
    [InlineData(long.MinValue, "-9223372036.854775808")]
    public void Usd_is_written_exactly(long nanoUsd, string text) => Assert.Equal(text, new NanoUsd(nanoUsd).ToUsd());

    [Fact]
    public void Reading_undoes_writing() => Gen.Long[0, long.MaxValue].Sample(value =>
        NanoUsd.TryParseUsd(new NanoUsd(value).ToUsd(), out var read) && read == new NanoUsd(value));

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws() =>
        Gen.Char["0123456789.eE+- "].Array[0, 24].Select(units => new string(units)).Sample(text =>
        {
            if (NanoUsd.TryParseUsd(text, out var amount))
            {
                Assert.True(NanoUsd.TryParseUsd(amount.ToUsd(), out var again) && again == amount);
            }
        });

    [Fact]
    public void Sums_and_differences_never_wrap()
    {
        Assert.Throws<OverflowException>(() => new NanoUsd(long.MaxValue) + new NanoUsd(1));
        Assert.Throws<OverflowException>(() => new NanoUsd(long.MinValue) - new NanoUsd(1));
        Assert.Throws<OverflowException>(() => -new NanoUsd(long.MinValue));
        Assert.Throws<OverflowException>(() => new Rao(long.MaxValue) + new Rao(1));
        Assert.Throws<OverflowException>(() => new Rao(long.MinValue) - new Rao(1));
        Assert.Throws<OverflowException>(() => -new Rao(long.MinValue));
    }

    [Fact]
    public void Amounts_are_ordered()
    {
        Assert.Equal(new(1), NanoUsd.Min(new(1), new(2)));
        Assert.Equal(new(2), NanoUsd.Max(new(1), new(2)));
        Assert.True(new NanoUsd(1) < new NanoUsd(2) && new NanoUsd(2) > new NanoUsd(1));
        Assert.True(new NanoUsd(2) <= new NanoUsd(2) && new NanoUsd(2) >= new NanoUsd(2));
        Assert.True(new Rao(1) < new Rao(2) && new Rao(2) > new Rao(1) && new Rao(2) <= new Rao(2));
        Assert.Equal("0.01989", new Rao(19_890_000).ToTao());
    }
}
