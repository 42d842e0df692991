using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Pricing;

public sealed class PricerTests
{
    private static readonly ModelPrices Prices = new(new(20_000), new(5_000), new(60_000), new(70_001));

    [Theory]
    // in, cached, out, reasoning -> nUSD, rounded down once
    [InlineData(100, 0, 50, 0, 5_000)]
    [InlineData(100, 100, 50, 50, 4_000)]
    [InlineData(100, 30, 50, 20, 4_750)]
    [InlineData(0, 0, 1, 1, 70)]
    [InlineData(0, 0, 3, 3, 210)]
    [InlineData(0, 0, 0, 0, 0)]
    public void Each_kind_of_token_costs_its_price_once(
        long input, long cached, long output, long reasoning, long charge)
    {
        var hold = Hold(new(1, BillingNode.Model, Prices, 0, default), 100, 50);

        var bill = Pricer.Price(hold, Some.Delivery(new Usage(input, cached, output, reasoning)), out var exceeded);

        Assert.Equal(new(charge), bill.Charge.Total);
        Assert.Equal(bill.Charge.Total, bill.Charge.Input + bill.Charge.Cached + bill.Charge.Output
            + bill.Charge.Reasoning + bill.Charge.Other);
        Assert.False(exceeded);
        Assert.NotNull(bill.Price);
    }

    [Theory]
    [InlineData(100, 51)]
    [InlineData(101, 0)]
    [InlineData(1_000_000, 1_000_000)]
    public void A_usage_beyond_the_hold_is_our_fault_and_costs_the_hold_at_most(long input, long output)
    {
        var hold = Hold(new(1, BillingNode.Model, Prices, 0, default), 100, 50);

        var bill = Pricer.Price(hold, Some.Delivery(input, output), out var exceeded);

        Assert.True(exceeded);
        Assert.True(bill.Charge.Total <= hold.Amount);
        Assert.True(bill.Charge.Other >= NanoUsd.Zero);
    }

    [Fact]
    public void Attack_42_A_usage_whose_cost_does_not_fit_is_free()
    {
        var hold = Hold(new(1, BillingNode.Model, new(new(10_000), default, new(10_000), default), 0, default), 1, 1);

        var bill = Pricer.Price(hold, Some.Delivery(long.MaxValue, long.MaxValue), out var exceeded);

        Assert.True(exceeded);
        Assert.Equal((Charge.None, null), (bill.Charge, bill.Price));
    }

    [Theory]
    [InlineData(1, 2, 0, 0)]
    [InlineData(1, -1, 0, 0)]
    [InlineData(1, 0, 1, 2)]
    [InlineData(1, 0, 1, -1)]
    [InlineData(-1, -1, 0, 0)]
    public void A_usage_that_contradicts_itself_is_a_bug(long input, long cached, long output, long reasoning)
    {
        var hold = Hold(new(1, BillingNode.Model, Prices, 0, default), 100, 50);

        Assert.ThrowsAny<ArgumentException>(
            () => Pricer.Price(hold, Some.Delivery(new Usage(input, cached, output, reasoning)), out _));
    }

    [Fact]
    public void Complaint_32_A_fallback_is_priced_at_the_model_that_served()
    {
        var quote = Assert.IsType<Quoted.Priced>(Quote.Of(
            [
                new(1, BillingNode.Dear, new(new(9_000), default, new(9_000), default), 0, default),
                new(2, BillingNode.Model, new(new(1_000), default, new(1_000), default), 0, default),
            ],
            new([], 10, 10, 10, null))).Quote;
        var hold = HoldOf(quote);

        Assert.Equal(new(20), Pricer.Price(hold, Some.Delivery(10, 10), out _).Charge.Total);
        Assert.Equal(new(180), Pricer.Price(
            hold, Some.Delivery(new Usage(10, 0, 10, 0), model: BillingNode.Dear), out _).Charge.Total);
        Assert.Throws<ArgumentException>(() => Pricer.Price(
            hold, Some.Delivery(new Usage(10, 0, 10, 0), model: new("unknown")), out _));
    }

    private static Hold Hold(PriceVersion version, long input, long output) =>
        HoldOf(Assert.IsType<Quoted.Priced>(Quote.Of([version], new([], input, output, output, null))).Quote);

    // Pricing asks neither the lease nor the incarnation.
    private static Hold HoldOf(Quote quote) => new(default, new(default, default), quote, null!, default);
}
