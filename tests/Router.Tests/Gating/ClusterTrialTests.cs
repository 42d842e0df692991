using Gateway.Router.Gating;
using Gateway.Router.Tasks;

namespace Gateway.Router.Tests.Gating;

public sealed class ClusterTrialTests
{
    private readonly GateBook _book = new(new() { TrustClusters = false, ExploreShare = 0 }, Guid.Empty);
    private readonly Random _random = new(1);

    [Fact]
    public void Clusters_that_tell_models_apart_are_adopted()
    {
        var trial = Play(goodInOwn: 0.95, goodElsewhere: 0.2);

        Assert.Equal(Standing.Adopted, trial.Standing);
        Assert.True(_book.Publish(0).TrustsClusters);
    }

    [Fact]
    public void Clusters_that_tell_nothing_are_not_and_means_alone_decide()
    {
        var trial = Play(goodInOwn: 0.6, goodElsewhere: 0.6);

        Assert.NotEqual(Standing.Adopted, trial.Standing);
        var snapshot = _book.Publish(0);
        Assert.All(Enumerable.Range(0, 2), cluster => Assert.Equal(Greedy(snapshot, default), Greedy(
            snapshot, TaskMix.Of(cluster))));
    }

    // Two models, each good in its own of two clusters; choices are drawn evenly, so that both policies are seen.
    private ClusterTrial Play(double goodInOwn, double goodElsewhere)
    {
        UseTwoClusters();
        var numbers = _book.SetMiners([Miners.Trusted("a", "a"), Miners.Trusted("b", "b")]);
        var trial = new ClusterTrial(_book);
        for (var i = 0; i < 1600; i++)
        {
            var snapshot = _book.Publish(0);
            var (cluster, chosen) = (i % 2, _random.Next(2));
            var chance = chosen == cluster ? goodInOwn : goodElsewhere;
            var result = _random.NextDouble() < chance ? 1 : 0;
            trial.Observe(
                snapshot, TaskMix.Of(cluster), _book.Miners[numbers[chosen]].Model, 0.5, result);
            _book.Apply(new(numbers[chosen], TaskMix.Of(cluster), result, 1, 0.5, 0), 0);
        }

        return trial;
    }

    private static int Greedy(GateSnapshot snapshot, TaskMix mix) => Scorer.Decide(
        snapshot, Miners.Query() with { Mix = mix, IsQuiet = true }, LiveView.Idle(snapshot.Count), new()).Slot;

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
    }
}
