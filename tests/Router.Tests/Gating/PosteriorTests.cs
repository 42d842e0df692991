using Gateway.Router.Gating;
using Gateway.Router.Tasks;

namespace Gateway.Router.Tests.Gating;

/// <summary>The formulas against numbers worked out by hand.</summary>
public sealed class PosteriorTests
{
    private const float Near = 1e-5f;

    private readonly GateBook _book = new(new() { ExploreShare = 0 }, Guid.Empty);

    [Fact]
    public void One_success_moves_every_level_as_reckoned_by_hand()
    {
        UseTwoClusters();
        var miner = _book.SetMiners([Miners.Of("a")])[0];

        _book.Apply(new(miner, TaskMix.Of(1), Result: 1, Label: 1, Expected: 0.5, Time: 0), 0);
        var snapshot = _book.Publish(0);

        // An outcome of a newcomer counts 0.6: g0 = 50.6/100.6, t = (0.6 + 4 g0)/4.6, th = (0.6 + 6 t)/6.6.
        Assert.Equal(0.567811f, snapshot.Scores[0], Near);
        Assert.Equal(0.607101f, snapshot.Scores[1], Near);
        Assert.Equal(0.567811f, snapshot.Scores[TaskClusters.Most], Near);
        Assert.Equal(0.6f, snapshot.Weights[1], Near);

        // h = (1.8 * 0.85 + 1)/(1.8 + 0.5), sd = 0.12/sqrt(2.3).
        Assert.Equal(1.1f, snapshot.Integrity[0], Near);
        Assert.Equal(0.079126f, snapshot.Doubt[0], Near);
    }

    [Fact]
    public void A_score_is_ability_times_integrity_less_time_cost_and_load()
    {
        UseTwoClusters();
        var miner = _book.SetMiners([Miners.Of("a", price: 0.001)])[0];
        _book.Apply(new(miner, TaskMix.Of(1), 1, 1, 0.5, 0), 0);
        var query = new GateQuery(1, TaskMix.Of(1), new(0.005f, 1, 0.02f), 10, 20, MayExplore: false);

        var decision = Scorer.Decide(_book.Publish(0), query, new([0], [4], [0.5f]), new());

        // 0.607101 * 1.1 - 0.005 * 4 - 0.03 - 0.02 * 0.5; sd^2 = (th sd)^2 + (0.25 h)^2 th (1 - th)/6.6.
        Assert.Equal(0.607811f, decision[0].Score, Near);
        Assert.Equal(0.0710f, decision[0].Spread, 1e-4f);
        Assert.Equal(0.607101f, decision.Expected, Near);
    }

    [Fact]
    public void After_a_half_life_an_outcome_weighs_half()
    {
        var miner = _book.SetMiners([Miners.Of("a")])[0];
        _book.Apply(new(miner, default, 1, 1, 0.5, 0), 0);

        var later = _book.Publish(6 * 3600);

        Assert.Equal((float)(((1.8 * 0.85) + 0.5) / (1.8 + 0.25)), later.Integrity[0], Near);
    }

    [Fact]
    public void Moving_the_landmark_changes_no_estimate()
    {
        var miner = _book.SetMiners([Miners.Of("a")])[0];
        var calm = new GateBook(new() { ExploreShare = 0 }, Guid.Empty);
        calm.SetMiners([Miners.Of("a")]);
        const double Day = 24 * 3600;
        _book.Apply(new(miner, default, 1, 1, 0.5, Day - 1), Day - 1);
        calm.Apply(new(miner, default, 1, 1, 0.5, Day - 1), Day - 1);

        _book.Publish(Day + 1);

        Assert.Equal(calm.Publish(Day + 7200).Integrity[0], _book.Publish(Day + 7200).Integrity[0], Near);
    }

    [Fact]
    public void A_date_in_the_future_counts_as_now()
    {
        var ahead = new ForwardDecay(3600);

        Assert.Equal(ahead.At(100), ahead.Weight(100_000, now: 100));
        Assert.Equal(ahead.At(104), ahead.Weight(104, now: 100));
    }

    [Fact]
    public void The_chain_weighs_no_more_than_two_outcomes()
    {
        var miner = _book.SetMiners([Miners.Of("bought", incentive: 9), Miners.Of("b", incentive: 1)])[0];
        Assert.Equal(0.975, _book.Miners[miner].Prior, 1e-9);

        for (var i = 0; i < 2; i++)
        {
            _book.Apply(new(miner, default, 0, 1, 1, 0), 0);
        }

        Assert.Equal(1.8 * 0.975 / 3.8, _book.Miners.Estimate(miner, 1.8, 1), 1e-9);
    }

    [Fact]
    public void A_new_registration_inherits_nothing()
    {
        var before = _book.SetMiners([Miners.Of("a", registered: 5)])[0];
        _book.Apply(new(before, default, 0, 1, 0.5, 0), 0);

        var after = _book.SetMiners([Miners.Of("a", registered: 6)])[0];

        Assert.NotEqual(before, after);
        Assert.Equal(0.85f, _book.Publish(0).Integrity[0], Near);
        Assert.Equal(before, _book.SetMiners([Miners.Of("a", registered: 5)])[0]);
    }

    [Theory]
    [InlineData(double.NaN, 1, 0.5)]
    [InlineData(-0.1, 1, 0.5)]
    [InlineData(1.1, 1, 0.5)]
    [InlineData(1, 0, 0.5)]
    [InlineData(1, double.NaN, 0.5)]
    [InlineData(1, 1, double.PositiveInfinity)]
    public void A_nonsensical_outcome_is_counted_and_changes_nothing(double result, double label, double expected)
    {
        var miner = _book.SetMiners([Miners.Of("a")])[0];

        _book.Apply(new(miner, default, result, label, expected, 0), 0);

        Assert.Equal(1, _book.Refused);
        Assert.Equal(0.85f, _book.Publish(0).Integrity[0], Near);
    }

    [Fact]
    public void A_cheat_hardly_teaches_about_the_model_it_claims()
    {
        var miner = _book.SetMiners([Miners.Of("cheat")])[0];

        for (var i = 0; i < 20; i++)
        {
            _book.Apply(new(miner, default, 0, 1, 0.9, 0), 0);
        }

        // At most four newcomer outcomes of 0.6 and sixteen of 0.05; the suspicion of a change takes more off.
        Assert.InRange(_book.Models.ByModel[0].Weight, 0.6, (4 * 0.6) + (16 * 0.05));
    }

    // Two clusters exist as soon as there are sixteen prompts.
    private void UseTwoClusters()
    {
        var reservoir = new PromptReservoir(1);
        var buffer = new FeatureBuffer();
        for (var i = 0; i < 16; i++)
        {
            FeatureHasher.Count(i % 2 == 0 ? "add the numbers" : "translate this poem", buffer);
            reservoir.Offer(buffer);
        }

        _book.Clusters = reservoir.Fit(TaskClusters.None, 1);
        Assert.Equal(2, _book.Clusters.Count);
    }
}
