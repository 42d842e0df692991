using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

/// <summary>Whether a miner answers, and what its answers are worth, are learned apart.</summary>
public sealed class ReachTests
{
    private const double Near = 1e-6;

    private readonly GateBook _book = new(new() { ExploreShare = 0 }, Guid.Empty);

    [Fact]
    public void The_share_of_answers_is_as_reckoned_by_hand()
    {
        var miner = _book.SetMiners([Miners.Of("a")])[0];

        Play(miner, answers: 6, failures: 2);

        // (2 * 0.95 + 6)/(2 + 8), of the 0.95 that most reach, and an integrity nobody has judged yet: 0.85.
        Assert.Equal(0.79, _book.Miners.Answers(miner, 1).Share, Near);
        Assert.Equal((float)(0.85 * 0.79 / 0.95), _book.Publish(0).Integrity[0], Near);
    }

    [Fact]
    public void A_failure_says_nothing_of_the_model_nor_of_the_honesty_of_a_miner()
    {
        var miner = _book.SetMiners([Miners.Of("a")])[0];

        Play(miner, answers: 0, failures: 50);

        Assert.Equal(0, _book.Models.ByModel[0].Weight);
        Assert.Equal(0.85, _book.Miners.Estimate(miner, 1.8, 1), Near);
        Assert.True(_book.Publish(0).Integrity[0] < 0.1);
    }

    [Fact]
    public void Ten_thousand_answers_that_nobody_judged_with_one_failure_in_a_hundred_leave_a_miner_believed()
    {
        var miner = _book.SetMiners([Miners.Of("a")])[0];

        Play(miner, answers: 9900, failures: 100);

        var snapshot = _book.Publish(0);
        Assert.Equal(0.85f, snapshot.Integrity[0], Near);
        Assert.Equal(0, snapshot.Handicap[0]);
    }

    [Fact]
    public void Who_fails_every_second_time_is_known_after_six_attempts_and_comes_last()
    {
        var numbers = _book.SetMiners([Miners.Of("a"), Miners.Of("b")]);

        Play(numbers[0], answers: 3, failures: 3);
        Play(numbers[1], answers: 6, failures: 0);

        var snapshot = _book.Publish(0);
        Assert.True(snapshot.Handicap[Array.IndexOf(snapshot.Miners, numbers[0])] > 0);
        Assert.Equal(0, snapshot.Handicap[Array.IndexOf(snapshot.Miners, numbers[1])]);
        Assert.DoesNotContain(Array.IndexOf(snapshot.Miners, numbers[0]), snapshot.Newcomers);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(1, 0)]
    [InlineData(0, double.NaN)]
    public void Nonsense_is_counted_and_changes_nothing(int miner, double time)
    {
        _book.SetMiners([Miners.Of("a")]);

        _book.Learn(new GateReach(miner, false, time), 0);

        Assert.Equal(1, _book.Refused);
        Assert.Equal(0, _book.Miners.Reach[0].Weight);
    }

    private void Play(int miner, int answers, int failures)
    {
        for (var i = 0; i < answers + failures; i++)
        {
            _book.Learn(new GateReach(miner, i >= failures, 0), 0);
        }
    }
}
