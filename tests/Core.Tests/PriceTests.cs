using CsCheck;

namespace Gateway.Core.Tests;

public sealed class PriceTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.02", 20_000)]
    [InlineData("2e-2", 20_000)]
    [InlineData("0.000001", 1)]
    [InlineData("10000", TokenPrice.MaxPicoUsd)]
    public void A_price_is_USD_per_million_tokens(string text, long picoUsd)
    {
        Assert.True(TokenPrice.TryParseUsdPerMillion(text, out var price));
        Assert.Equal(new(picoUsd), price);
        Assert.True(TokenPrice.TryParseUsdPerMillion(price.ToUsdPerMillion(), out var again));
        Assert.Equal(price, again);
    }

    [Theory]
    [InlineData("-0.02")]
    [InlineData("0.0000001")]
    [InlineData("10000.000001")]
    [InlineData("1e309")]
    [InlineData("")]
    public void What_is_no_price_is_refused(string text)
    {
        Assert.False(TokenPrice.TryParseUsdPerMillion(text, out var price));
        Assert.Equal(TokenPrice.Zero, price);
    }

    [Fact]
    public void A_price_per_token_is_written_exactly() =>
        Assert.Equal("0.00000002", new TokenPrice(20_000).ToUsdPerToken());

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 1)]
    [InlineData(999, 0, 1)]
    [InlineData(1_000, 1, 1)]
    [InlineData(1_001, 1, 2)]
    [InlineData(1_999, 1, 2)]
    [InlineData(2_000, 2, 2)]
    public void A_charge_is_rounded_down_and_a_hold_up(long picoUsd, long charge, long hold)
    {
        Assert.Equal(new(charge), new ExactCost(picoUsd).ToCharge());
        Assert.Equal(new(hold), new ExactCost(picoUsd).ToHold());
    }

    [Fact]
    public void The_end_of_64_bits_is_exact_and_beyond_it_throws()
    {
        var most = (Int128)long.MaxValue * 1000;
        Assert.Equal(new(long.MaxValue), new ExactCost(most + 999).ToCharge());
        Assert.Equal(new(long.MaxValue), new ExactCost(most).ToHold());
        Assert.Throws<OverflowException>(() => new ExactCost(most + 1000).ToCharge());
        Assert.Throws<OverflowException>(() => new ExactCost(most + 1).ToHold());
        Assert.Throws<OverflowException>(() => new ExactCost(Int128.MaxValue) + new ExactCost(1));
    }

    [Fact]
    public void The_dearest_price_of_the_most_tokens_fits_before_rounding()
    {
        var cost = new TokenPrice(TokenPrice.MaxPicoUsd).Times(long.MaxValue);
        Assert.Equal((Int128)TokenPrice.MaxPicoUsd * long.MaxValue, (cost + cost).PicoUsd / 2);
        Assert.Throws<OverflowException>(() => cost.ToCharge());
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenPrice(1).Times(-1));
    }

    [Fact]
    public void Rounding_once_at_the_end_is_not_rounding_each_part()
    {
        var prices = new ModelPrices(new(600), new(600), new(600), new(600));

        Assert.Equal(new(2), prices.Cost(new(2, 1, 2, 1)).ToCharge());
        Assert.Equal(new(2), Charge.Of(prices, new(2, 1, 2, 1)).Other);
    }

    [Theory]
    // at 1, 100, 10,000 and 1,000,000 pUSD the digits of the cost name the tokens that made it
    [InlineData(10, 0, 10, 0, 00_10_00_10)]
    [InlineData(10, 10, 10, 10, 10_00_10_00)]
    [InlineData(10, 4, 10, 3, 03_07_04_06)]
    [InlineData(0, 0, 0, 0, 0)]
    public void Each_token_is_counted_once_at_the_price_of_its_kind(
        long input, long cached, long output, long reasoning, long cost)
    {
        var prices = new ModelPrices(new(1), new(100), new(10_000), new(1_000_000));

        Assert.Equal(cost, prices.Cost(new(input, cached, output, reasoning)).PicoUsd);
    }

    [Theory]
    [InlineData(1, 2, 0, 0)]
    [InlineData(0, 0, 1, 2)]
    [InlineData(0, -1, 0, 0)]
    public void A_part_larger_than_its_whole_has_no_cost(long input, long cached, long output, long reasoning) =>
        Assert.ThrowsAny<Exception>(() => Charge.Of(
            new(new(1), new(1), new(1), new(1)), new(input, cached, output, reasoning)));

    [Fact]
    public void The_parts_of_a_charge_sum_to_its_total() => Gen.Select(
        Gen.Long[0, 1_000_000], Gen.Long[0, 1_000_000], Gen.Long[0, 5_000], Gen.Long[0, 5_000]).Sample((a, b, n, m) =>
        {
            var charge = Charge.Of(new(new(a), new(b), new(b), new(a)), new(n, n / 3, m, m / 2));
            Assert.True(charge.Other >= NanoUsd.Zero && charge.Other < new NanoUsd(4));
            Assert.Equal(charge.Total, charge.Input + charge.Cached + charge.Output + charge.Reasoning + charge.Other);
        });

    [Theory]
    [InlineData("400.00", 400_000, "400.00")]
    [InlineData("0.001", 1, "0.001")]
    [InlineData("4e2", 400_000, "400.00")]
    [InlineData("417.5", 417_500, "417.50")]
    public void A_rate_is_USD_per_TAO(string text, long picoUsdPerRao, string written)
    {
        Assert.True(FxRate.TryParseUsdPerTao(text, out var rate));
        Assert.Equal(new(picoUsdPerRao), rate);
        Assert.Equal(written, rate.ToUsdPerTao());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.000")]
    [InlineData("-400")]
    [InlineData("0.0001")]
    [InlineData("1e309")]
    [InlineData("")]
    public void A_rate_of_nothing_is_no_rate(string text) => Assert.False(FxRate.TryParseUsdPerTao(text, out _));

    [Theory]
    [InlineData(12_500_000, 400_000, 5_000_000_000)]
    [InlineData(1, 1, 1)]
    [InlineData(1_000, 1, 1)]
    [InlineData(1_001, 1, 2)]
    [InlineData(0, 400_000, 0)]
    public void A_deposit_buys_credit_rounded_up(long rao, long rate, long nanoUsd) =>
        Assert.Equal(new(nanoUsd), new FxRate(rate).ToCredit(new(rao)));

    [Fact]
    public void The_least_rao_for_a_credit_is_enough_and_one_less_is_not() =>
        Gen.Select(Gen.Long[1, 1_000_000_000_000], Gen.Long[1_000, 10_000_000]).Sample((nanoUsd, picoUsd) =>
        {
            var rate = new FxRate(picoUsd);
            var rao = rate.ToRao(new(nanoUsd));
            Assert.True((Int128)rao.Value * picoUsd >= (Int128)nanoUsd * 1000);
            Assert.True((Int128)(rao.Value - 1) * picoUsd < (Int128)nanoUsd * 1000);
            Assert.True(rate.ToCredit(rao) >= new NanoUsd(nanoUsd));
        });

    [Fact]
    public void A_credit_beyond_64_bits_throws()
    {
        Assert.Equal(new(long.MaxValue), new FxRate(1_000).ToCredit(new(long.MaxValue)));
        Assert.Throws<OverflowException>(() => new FxRate(1_001).ToCredit(new(long.MaxValue)));
    }
}
