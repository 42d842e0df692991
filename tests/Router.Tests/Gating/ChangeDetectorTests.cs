using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

public sealed class ChangeDetectorTests
{
    [Theory]
    [InlineData(0, 1, 1, 0.8, 1, 0)]
    [InlineData(0, 0, 1, 0.8, 1, 1.098612)]
    [InlineData(1, 0, 0.5, 0.8, 1, 1.549306)]
    [InlineData(1, 0, 1, 0.8, 5, 2.540445)]
    [InlineData(1, 1, 1, 0.8, 1, 0.306853)]
    [InlineData(1, 0.5, 1, 0.8, 1, 1.202733)]
    public void The_sum_grows_with_disappointment(
        double sum, double result, double label, double expected, double integrity, double next) =>
        Assert.Equal(next, ChangeDetector.Next(sum, new(0, default, result, label, expected, 0), integrity), 1e-6);

    [Fact]
    public void What_a_miner_teaches_about_its_model_falls_with_the_suspicion()
    {
        Assert.Equal(1, ChangeDetector.Unchanged(0), 1e-9);
        Assert.Equal((1 + Math.Exp(-2)) / 2, ChangeDetector.Unchanged(2), 1e-9);
        Assert.InRange(ChangeDetector.Unchanged(4), 0.1, 0.15);
    }

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
    public void Honest_miners_are_seldom_taken_for_changed()
    {
        // A model that is right in two of three, as luck has it: at a threshold of 4 this took half of the honest out.
        var book = new GateBook(new(), Guid.Empty);
        var miners = book.SetMiners([.. Enumerable.Range(0, 50).Select(i => Miners.Of($"m{i}"))]);
        var random = new Random(11);

        var alarms = Enumerable.Range(0, 20_000).Count(i =>
            book.Apply(new(miners[i % 50], default, random.NextDouble() < 0.66 ? 1 : 0, 1, 0.66, 0), 0));

        Assert.True(alarms < 35, $"{alarms} alarms in 20,000");
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
