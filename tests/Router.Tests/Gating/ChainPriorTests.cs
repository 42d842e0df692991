using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

public sealed class ChainPriorTests
{
    [Fact]
    public void A_prior_is_the_mid_rank_of_the_incentive_in_its_subnet()
    {
        var other = Miners.Of("e", incentive: 100) with { Key = new(2, "e", 0, "m") };

        var priors = ChainPrior.Of(
        [
            Miners.Of("a", incentive: 0), Miners.Of("b", incentive: 1), Miners.Of("c", incentive: 1),
            Miners.Of("d", incentive: 3), other, Miners.Of("f"), Miners.Trusted("g", "m"),
        ]);

        Assert.Equal([0.6625, 0.85, 0.85, 1.0375, 0.85, 0.85, 1], priors.Select(prior => Math.Round(prior, 6)));
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(-1, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(1, double.NaN)]
    [InlineData(1, -1)]
    public void A_miner_with_nonsensical_numbers_is_masked(double incentive, double price)
    {
        var book = new GateBook(new(), Guid.Empty);

        var numbers = book.SetMiners([Miners.Of("bad", incentive: incentive, price: price), Miners.Of("good")]);
        var snapshot = book.Publish(0);

        Assert.Equal(-1, numbers[0]);
        Assert.Equal(1, book.Masked);
        Assert.Equal([numbers[1]], snapshot.Miners);
        Assert.All(snapshot.Integrity, value => Assert.True(float.IsFinite(value)));
    }
}
