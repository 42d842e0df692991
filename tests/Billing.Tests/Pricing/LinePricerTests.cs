using CsCheck;
using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Pricing;

public sealed class LinePricerTests
{
    private static readonly ModelId Odd = new("odd");

    private static readonly PriceVersion Unit =
        new(1, BillingNode.Model, new(new(1_000), default, new(1_000), default), 0, default);

    private static readonly PriceVersion Third =
        new(2, Odd, new(new(333), new(77), new(1_001), new(1_777)), 0, default);

    [Fact]
    public void Parts_of_a_charge_sum_to_it_after_one_rounding()
    {
        var usage = Gen.Select(Gen.Long[0, 100], Gen.Long[0, 100], Gen.Long[0, 50], Gen.Long[0, 50], Gen.Int[0, 4]);
        usage.Array[1, 3].Sample(calls =>
        {
            var delivered = Some.Delivery(1, 1) with
            {
                ModelServed = Odd,
                Lines = [.. calls.Select(call => new DeliveredLine(
                    "voter", "static/x", call.Item5 == 0 ? null : Odd,
                    call.Item5 == 0 ? Usage.None : new Usage(
                        call.Item1, Math.Min(call.Item1, call.Item2), call.Item3, Math.Min(call.Item3, call.Item4))))],
            };

            var bill = Pricer.Price(Hold(Third, Third, Third), delivered, out var exceeded);

            var exact = delivered.Lines.Where(line => line.ModelServed is not null)
                .Aggregate(ExactCost.Zero, (sum, line) => sum + Third.Prices.Cost(line.Usage));
            Assert.False(exceeded);
            Assert.Equal(exact.ToCharge(), bill.Charge.Total);
            Assert.Equal(bill.Charge.Total.Value, bill.Lines.Sum(line => line.Charge.Value));
            Assert.True(bill.Charge.Other >= NanoUsd.Zero);
            Assert.All(bill.Lines.Where(line => line.Line.ModelServed is null),
                line => Assert.Equal((NanoUsd.Zero, null), (line.Charge, line.PriceVersion)));
        });
    }

    [Fact]
    public void Everything_that_the_calls_can_cost_is_held_and_told_by_call()
    {
        var quote = QuoteOf(null, Unit, Third);

        // 100 in and 50 out: 150 of the one; 33,300 + 88,850 pUSD of the other.
        Assert.Equal(new NanoUsd(150 + 123), quote.Hold);
        Assert.Equal(quote.Hold, quote.Ceiling);
        Assert.Equal([150, 123], quote.LineCeilings.Select(ceiling => ceiling.Value));
        Assert.Equal(50, quote.CoveredOutputTokens);
        Assert.Empty(Assert.IsType<Quoted.Priced>(Quote.Of([Unit], new([], 1, 1, 1, null))).Quote.LineCeilings);
    }

    [Fact]
    public void A_cap_lowers_the_limit_of_every_call()
    {
        var quote = QuoteOf(new(200), Unit, Unit, Unit, Unit);
        Assert.Null(quote);

        // 300 nUSD go into three inputs, and 3 nUSD into each further token.
        quote = QuoteOf(new(330), Unit, Unit, Unit);
        Assert.Equal((10, true, 330), (quote.OutputTokensLimit, quote.CappedByMaxCost, quote.Hold.Value));
    }

    [Fact]
    public void A_call_is_priced_by_the_models_that_were_planned_for_it()
    {
        var lines = Some.Delivery(1, 1) with { Lines = [new("voter", "static/x", Odd, new(1, 0, 1, 0))] };

        Assert.Throws<ArgumentException>(() => Pricer.Price(Hold(Unit, Third), lines, out _));
        var most = lines with { Lines = [.. lines.Lines, .. lines.Lines, .. lines.Lines] };
        Assert.Throws<ArgumentException>(() => Pricer.Price(Hold(Third, Third), most, out _));
    }

    [Theory]
    [InlineData(Ending.Failed)]
    [InlineData(Ending.ClientGone)]
    public void Nothing_delivered_costs_nothing_and_has_no_calls(Ending ending)
    {
        var delivered = Some.Delivery(Usage.None, ending) with
        {
            Lines = [new("voter", "static/x", BillingNode.Model, new(10, 0, 0, 0))],
        };

        var bill = Pricer.Price(Hold(Unit, Unit), delivered, out _);

        Assert.Equal((Charge.None, null), (bill.Charge, bill.Price));
        Assert.Empty(bill.Lines);
        Assert.Empty(bill.Delivered.Lines);
    }

    private static Quote QuoteOf(NanoUsd? cap, params PriceVersion[] calls)
    {
        var request = new QuoteRequest([.. calls.Select(call => call.Model)], 100, 50, 50, cap);
        return Quote.OfLines([.. calls.Select(call => new LinePrices([call], 100, default))], request)
            is Quoted.Priced { Quote: var quote } ? quote : null!;
    }

    private static Hold Hold(params PriceVersion[] calls) =>
        new(default, new(default, default), QuoteOf(null, calls), null!, default);
}
