using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

public sealed class OnlineSwitchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Doubly_robust_differences_are_right_on_average_with_wrong_estimates(int seed)
    {
        double[] truth = [0.7, 0.5, 0.3];
        double[] wrong = [0.2, 0.9, 0.5];
        double[] propensities = [0.5, 0.3, 0.2];
        var random = new Random(seed);
        var sum = 0.0;
        const int Count = 200_000;
        for (var i = 0; i < Count; i++)
        {
            var draw = random.NextDouble();
            var chosen = draw < 0.5 ? 0 : draw < 0.8 ? 1 : 2;
            var result = random.NextDouble() < truth[chosen] ? 1 : 0;
            sum += DoublyRobust.Difference(new(0, 1, chosen, propensities[chosen], result), wrong);
        }

        Assert.Equal(0.2, sum / Count, 0.015);
    }

    [Fact]
    public void A_challenger_is_looked_at_only_at_doubling_counts()
    {
        var trial = new OnlineSwitch();
        for (var i = 0; i < 399; i++)
        {
            trial.Add(1 - (i % 2 * 0.5));
        }

        Assert.Equal(Standing.Trial, trial.Standing);
        trial.Add(1);
        Assert.Equal(Standing.Adopted, trial.Standing);
    }

    [Theory]
    [InlineData(-0.2, "Dropped")]
    [InlineData(0, "Trial")]
    [InlineData(0.2, "Adopted")]
    public void The_evidence_decides(double mean, string expected)
    {
        var trial = new OnlineSwitch();
        for (var i = 0; i < 400; i++)
        {
            trial.Add(mean + (i % 2 == 0 ? 1 : -1));
        }

        trial.Add(double.NaN);
        Assert.Equal(expected, trial.Standing.ToString());
    }
}
