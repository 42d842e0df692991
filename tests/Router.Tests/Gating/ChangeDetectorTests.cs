using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

public sealed class ChangeDetectorTests
{
    [Theory]
    [InlineData(0, 1, 1, 0.8, 1, 0)]
    [InlineData(0, 0, 1, 0.8, 1, 0.65)]
    [InlineData(1, 0, 0.5, 0.8, 1, 1.325)]
    [InlineData(1, 0, 1, 0.8, 5, 1.73)]
    [InlineData(1, 1, 1, 0.8, 1, 0.65)]
    public void The_sum_grows_with_disappointment(
        double sum, double result, double label, double expected, double integrity, double next) =>
        Assert.Equal(next, ChangeDetector.Next(sum, new(0, default, result, label, expected, 0), integrity), 1e-9);

    [Fact]
    public void A_miner_that_turns_bad_is_noticed_within_ten_outcomes_and_begins_anew()
    {
        var book = new GateBook(new(), Guid.Empty);
        var miner = book.SetMiners([Miners.Of("a")])[0];
        for (var i = 0; i < 200; i++)
        {
            Assert.False(book.Apply(new(miner, default, i % 5 == 0 ? 0 : 1, 1, 0.8, 0), 0));
        }

        var noticed = Enumerable.Range(1, 10).First(_ => book.Apply(new(miner, default, 0, 1, 0.8, 0), 0));

        Assert.InRange(noticed, 4, 10);
        Assert.Equal(1, book.Miners.Integrity.Generation(miner));
        Assert.Equal(2, book.Miners.Integrity[miner].Weight, 1e-9);
        Assert.InRange(book.Miners.Estimate(miner, 1.8, 1), 0.5, 0.8);
    }

    [Fact]
    public void A_steady_miner_raises_no_alarm()
    {
        var book = new GateBook(new(), Guid.Empty);
        var miner = book.SetMiners([Miners.Of("a")])[0];

        var alarms = Enumerable.Range(0, 1000)
            .Count(i => book.Apply(new(miner, default, i % 5 == 0 ? 0 : 1, 1, 0.8, 0), 0));

        Assert.Equal(0, alarms);
    }
}
