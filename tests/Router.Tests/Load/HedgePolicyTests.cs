using Gateway.Router.Load;

namespace Gateway.Router.Tests.Load;

public sealed class HedgePolicyTests
{
    [Fact]
    public void Quantiles_lie_in_the_right_bucket()
    {
        var histogram = new LatencyHistogram();
        for (var i = 1; i <= 1000; i++)
        {
            histogram.Add(i / 1000.0);
        }

        histogram.Add(double.NaN);
        histogram.Add(-1);

        Assert.Equal(1000, histogram.Count);
        Assert.InRange(histogram.Quantile(0.5), 0.5 / 1.41, 0.5 * 1.41);
        Assert.InRange(histogram.Quantile(0.95), 0.95 / 1.41, 0.95 * 1.41);
        Assert.True(double.IsNaN(new LatencyHistogram().Quantile(0.5)));
    }

    [Fact]
    public void Histograms_add_up_and_fade()
    {
        var (left, right) = (new LatencyHistogram(), new LatencyHistogram());
        for (var i = 0; i < 5000; i++)
        {
            left.Add(10);
            right.Add(0.01);
        }

        Assert.InRange(left.Count, 1000, 2000);
        left.Merge(right);
        Assert.InRange(left.Quantile(0.25), 0, 0.02);
        Assert.InRange(left.Quantile(0.9), 7, 14.1);
    }

    [Fact]
    public void An_upstream_hardly_known_is_given_its_models_patience()
    {
        var (own, ofModel) = (new LatencyHistogram(), new LatencyHistogram());
        Assert.Equal(5, HedgePolicy.Delay(own, ofModel));
        for (var i = 0; i < 100; i++)
        {
            ofModel.Add(1);
        }

        Assert.InRange(HedgePolicy.Delay(own, ofModel), 1 / 1.41, 1.41);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2_147_483_600)]
    [InlineData(4_294_967_200)]
    [InlineData(63_000_000_000)]
    public void The_budget_holds_when_everything_is_slow(double start)
    {
        var policy = new HedgePolicy();
        var hedges = 0;
        for (var request = 0; request < 10_000; request++)
        {
            var now = start + (request / 100.0);
            policy.Begin(now);
            hedges += policy.TryHedge(now, load: 0, bytes: 0) ? 1 : 0;
        }

        Assert.InRange(hedges, 450, 500);
    }

    [Theory]
    [InlineData(0.81, 0)]
    [InlineData(0, 1_000_001)]
    public void No_hedge_under_load_or_for_large_bodies(double load, long bytes)
    {
        var policy = new HedgePolicy();
        for (var i = 0; i < 100; i++)
        {
            policy.Begin(0);
        }

        Assert.False(policy.TryHedge(0, load, bytes));
        Assert.True(policy.TryHedge(0, 0, 0));
    }
}
