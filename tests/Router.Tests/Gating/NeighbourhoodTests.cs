using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

/// <summary>What a few miners of a kind turned out to be is expected of the others of that kind.</summary>
public sealed class NeighbourhoodTests
{
    private const double Near = 1e-9;

    private readonly GateBook _book = new(new() { ExploreShare = 0 }, Guid.Empty);

    [Fact]
    public void Bad_neighbours_lower_what_is_expected_as_reckoned_by_hand()
    {
        var numbers = _book.SetMiners([Miners.Of("a"), Miners.Of("b"), Miners.Of("other", "model")]);

        Play(numbers[0], result: 0, times: 6, expected: 0.5);

        // Of six failures the first four count: (8 * 0.85 + 0)/(8 + 4 * 0.5).
        Assert.Equal(0.68, _book.Miners.Estimate(numbers[1], 1.8, 1), Near);
        Assert.Equal(0.85, _book.Miners.Estimate(numbers[2], 1.8, 1), Near);

        // Its own answers do not count twice.
        Assert.Equal(1.8 * 0.85 / (1.8 + 3), _book.Miners.Estimate(numbers[0], 1.8, 1), Near);
    }

    [Fact]
    public void Good_neighbours_make_nobody_better_than_the_chain_says_or_believed()
    {
        var numbers = _book.SetMiners([Miners.Of("a"), Miners.Of("b")]);

        Play(numbers[0], result: 1, times: 4, expected: 0.1);

        Assert.Equal(1, _book.Miners.Estimate(numbers[1], 1.8, 1), Near);
    }

    [Fact]
    public void Miners_of_another_quarter_of_the_order_are_no_neighbours()
    {
        var numbers = _book.SetMiners(
            [.. Enumerable.Range(0, 8).Select(i => Miners.Of($"miner{i}", incentive: i))]);
        var before = numbers.Select(miner => _book.Miners.Estimate(miner, 1.8, 1)).ToArray();

        Play(numbers[7], result: 0, times: 4, expected: 0.9);

        Assert.True(_book.Miners.Estimate(numbers[6], 1.8, 1) < before[6] - 0.2);
        Assert.All(Enumerable.Range(0, 6), i =>
            Assert.Equal(before[i], _book.Miners.Estimate(numbers[i], 1.8, 1), Near));
    }

    [Fact]
    public void Who_has_left_is_nobodys_neighbour_and_who_is_judged_by_neighbours_is_still_explored()
    {
        var numbers = _book.SetMiners([Miners.Of("a"), Miners.Of("b")]);
        for (var i = 0; i < 10; i++)
        {
            Play(numbers[0], result: 0, times: 1, expected: 0.9);
        }

        var snapshot = _book.Publish(0);
        var other = Array.IndexOf(snapshot.Miners, numbers[1]);
        Assert.True(snapshot.Integrity[other] < 0.7);
        Assert.Equal(0, snapshot.Handicap[other]);
        Assert.Contains(other, snapshot.Newcomers);

        _book.SetMiners([Miners.Of("b")]);

        Assert.Equal(0.85, _book.Miners.Estimate(numbers[1], 1.8, 1), Near);
    }

    [Fact]
    public void The_landmark_moves_neighbours_too()
    {
        const double Day = 24 * 3600;
        var numbers = _book.SetMiners([Miners.Of("a"), Miners.Of("b")]);
        for (var i = 0; i < 4; i++)
        {
            _book.Apply(new(numbers[0], default, 0, 1, 0.5, Day - 1), Day - 1);
        }

        var before = _book.Publish(Day - 1).Integrity[1];

        Assert.Equal(before, _book.Publish(Day + 1).Integrity[1], 1e-4f);
    }

    private void Play(int miner, double result, int times, double expected)
    {
        for (var i = 0; i < times; i++)
        {
            _book.Apply(new(miner, default, result, 1, expected, 0), 0);
        }
    }
}
