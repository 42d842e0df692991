using CsCheck;
using Gateway.Core;

namespace Gateway.Billing.Tests.Pricing;

public sealed class QuoteTests
{
    [Theory]
    // pUSD in, pUSD out, input bound, first, limit -> nUSD held, rounded up once
    [InlineData(20_000, 60_000, 100, 50, 50, 5_000)]
    [InlineData(1, 1, 1, 0, 0, 1)]
    [InlineData(1, 1, 500, 500, 500, 1)]
    [InlineData(1, 1, 500, 501, 501, 2)]
    [InlineData(0, 0, 500, 501, 501, 0)]
    [InlineData(333, 667, 1, 1, 1, 1)]
    [InlineData(20_000, 60_000, 0, 0, 0, 0)]
    [InlineData(10_000_000_000, 10_000_000_000, 100_000, 1_024, 4_096, 1_010_240_000_000)]
    public void A_hold_is_rounded_up_once(long input, long output, long bound, long first, long limit, long hold)
    {
        var quote = Priced(Quote.Of([Version(input, output)], new([Model], bound, limit, first, null)));

        Assert.Equal(new(hold), quote.Hold);
        Assert.Equal(
            (first, limit, false), (quote.CoveredOutputTokens, quote.OutputTokensLimit, quote.CappedByMaxCost));
    }

    [Fact]
    public void Several_models_hold_for_the_dearest_input_and_the_dearest_output()
    {
        PriceVersion[] versions = [Version(5_000, 1_000), Version(1_000, 9_000)];

        var quote = Priced(Quote.Of(versions, new([Model, Model], 10, 10, 10, null)));

        Assert.Equal(new(50 + 90), quote.Hold);
        Assert.Same(versions, quote.Prices);
    }

    [Fact]
    public void A_dearer_kind_of_token_is_held_for()
    {
        var version = new PriceVersion(1, Model, new(new(1_000), new(2_000), new(3_000), new(4_000)), 0, default);

        Assert.Equal(new(20 + 40), Priced(Quote.Of([version], new([Model], 10, 10, 10, null))).Hold);
    }

    [Theory]
    // 10 nUSD of input at 1 nUSD a token, 3 nUSD an output token, limit 100
    [InlineData(310, 100, false)]
    [InlineData(309, 99, true)]
    [InlineData(40, 10, true)]
    [InlineData(15, 1, true)]
    [InlineData(13, 1, true)]
    public void A_cap_shortens_the_answer(long cap, long limit, bool capped)
    {
        var quote = Priced(Quote.Of([Version(1_000, 3_000)], new([Model], 10, 100, 50, new NanoUsd(cap))));

        Assert.Equal((limit, capped), (quote.OutputTokensLimit, quote.CappedByMaxCost));
        Assert.Equal(long.Min(50, limit), quote.CoveredOutputTokens);
        Assert.True(quote.TryHoldFor(limit, out var most) && most <= new NanoUsd(cap));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(9)]
    [InlineData(0)]
    public void A_cap_below_the_input_and_one_token_is_refused_with_the_least_that_works(long cap) =>
        Assert.Equal(
            new Quoted.MaxCostTooLow(new(13)),
            Quote.Of([Version(1_000, 3_000)], new([Model], 10, 100, 50, new NanoUsd(cap))));

    [Fact]
    public void A_cap_on_a_free_model_or_an_answer_without_output_caps_nothing()
    {
        Assert.False(Priced(Quote.Of([Version(0, 0)], new([Model], 10, 100, 50, NanoUsd.Zero))).CappedByMaxCost);
        Assert.Equal(new(10), Priced(Quote.Of([Version(1_000, 3_000)], new([Model], 10, 0, 0, new NanoUsd(10)))).Hold);
    }

    [Theory]
    [InlineData(10_000_000_000, 0, long.MaxValue, 0L, null)]
    [InlineData(0, 10_000_000_000, 0, long.MaxValue, null)]
    [InlineData(1_000, 1_000, long.MaxValue, 1L, null)]
    [InlineData(10_000_000_000, 1_000, long.MaxValue, 1L, 5L)]
    public void Attack_42_What_does_not_fit_64_bits_is_refused(
        long input, long output, long bound, long limit, long? cap) =>
        Assert.IsType<Quoted.TooLarge>(Quote.Of(
            [Version(input, output)], new([Model], bound, limit, limit, cap is { } value ? new NanoUsd(value) : null)));

    [Fact]
    public void The_largest_hold_fits() =>
        Assert.Equal(
            new(long.MaxValue),
            Priced(Quote.Of([Version(1_000, 0)], new([Model], long.MaxValue, 0, 0, null))).Hold);

    [Fact]
    public void Any_usage_within_the_hold_costs_at_most_the_hold_and_the_cap() =>
        Gen.Select(Price, Price, Tokens, Tokens, Gen.Long[0, 1_000_000_000]).Sample((one, two, input, output, cap) =>
        {
            PriceVersion[] versions =
            [
                new(1, Model, one, 0, default), new(2, new("other"), two, 0, default),
            ];
            var quoted = Quote.Of(versions, new([], input, output, output, new NanoUsd(cap)));
            if (quoted is not Quoted.Priced { Quote: var quote })
            {
                return;
            }

            var usage = new Usage(input, input / 3, quote.CoveredOutputTokens, quote.CoveredOutputTokens / 2);
            foreach (var version in versions)
            {
                var charge = Charge.Of(version.Prices, usage).Total;
                Assert.True(charge <= quote.Hold && quote.Hold <= new NanoUsd(cap), $"{charge} {quote.Hold} {cap}");
            }
        });

    private static readonly ModelId Model = new("m");

    private static Gen<long> Tokens => Gen.Long[0, 100_000];

    private static Gen<ModelPrices> Price => Gen.Select(Pico, Pico, Pico, Pico)
        .Select((a, b, c, d) => new ModelPrices(new(a), new(b), new(c), new(d)));

    private static Gen<long> Pico => Gen.Long[0, 100_000];

    private static PriceVersion Version(long input, long output) =>
        new(1, Model, new(new(input), new(input), new(output), new(output)), 700_000, default);

    private static Quote Priced(Quoted quoted) => Assert.IsType<Quoted.Priced>(quoted).Quote;
}
