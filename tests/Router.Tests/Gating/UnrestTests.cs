using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

public sealed class UnrestTests
{
    private readonly Unrest _unrest = new();

    [Fact]
    public void Each_change_makes_the_next_one_easier_to_believe_down_to_a_bound()
    {
        Assert.Equal(6, _unrest.Threshold, 1e-9);
        _unrest.Alarm();
        Assert.Equal(6 - Math.Log(3), _unrest.Threshold, 1e-9);
        for (var i = 0; i < 50; i++)
        {
            _unrest.Alarm();
        }

        Assert.Equal(2.5, _unrest.Threshold);
    }

    [Fact]
    public void Judgements_without_a_change_bring_calm_by_their_weight()
    {
        for (var i = 0; i < 4; i++)
        {
            _unrest.Alarm();
        }

        Pass(1000, result: 0.7, label: 0.1);

        var left = 4 * Math.Pow(1 - (0.1 / 300), 1000);
        Assert.Equal(6 - Math.Log(1 + (2 * left)), _unrest.Threshold, 1e-6);
        Pass(3000, result: 0.7, label: 1);
        Assert.InRange(_unrest.Threshold, 5.99, 6);
    }

    [Fact]
    public void Answers_worse_than_usual_lower_the_bar_before_anybody_has_changed()
    {
        // A little less than expected is usual.
        Pass(20_000, result: 0.65, label: 1);
        Assert.InRange(_unrest.Threshold, 5.9, 6);

        Pass(150, result: 0.5, label: 1);
        Assert.InRange(_unrest.Threshold, 3, 4.5);

        Pass(2000, result: 0.65, label: 1);
        Assert.InRange(_unrest.Threshold, 5.9, 6);
    }

    [Fact]
    public void In_a_storm_a_miner_that_turns_bad_is_noticed_after_fewer_failures()
    {
        var (calm, storm) = (Noticed(changedBefore: 0), Noticed(changedBefore: 12));

        Assert.True(storm < calm, $"{storm} and {calm}");
    }

    private void Pass(int times, double result, double label)
    {
        for (var i = 0; i < times; i++)
        {
            _unrest.Pass(0.7, result, label);
        }
    }

    private static int Noticed(int changedBefore)
    {
        var book = new GateBook(new(), Guid.Empty);
        var miners = book.SetMiners([.. Enumerable.Range(0, changedBefore + 1).Select(i => Miners.Of($"m{i}"))]);
        foreach (var miner in miners)
        {
            for (var i = 0; i < 60; i++)
            {
                book.Apply(new(miner, default, i % 5 == 0 ? 0 : 1, 1, 0.8, 0), 0);
            }
        }

        return Array.ConvertAll(
            miners, miner => Enumerable.Range(1, 30).First(_ => book.Apply(new(miner, default, 0, 1, 0.8, 0), 0)))[^1];
    }
}
