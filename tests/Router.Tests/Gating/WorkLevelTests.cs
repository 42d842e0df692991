using Gateway.Router.Gating;
using Gateway.Router.Tasks;

namespace Gateway.Router.Tests.Gating;

/// <summary>A model is judged by what others reach on the same work.</summary>
public sealed class WorkLevelTests
{
    private readonly GateBook _book = new(new() { ExploreShare = 0 }, Guid.Empty);

    [Fact]
    public void Who_was_asked_for_the_hard_work_alone_is_not_thought_weak()
    {
        UseClusters();
        var miners = _book.SetMiners([Miners.Trusted("all", "plain"), Miners.Trusted("hard", "strong")]);

        // Of the plain model's answers 80 of 100 are right on easy work, 20 on hard work; there the strong one has 40.
        Teach(miners[0], cluster: 0, right: 80);
        Teach(miners[0], cluster: 1, right: 20);
        Teach(miners[1], cluster: 1, right: 40);
        var snapshot = _book.Publish(0);
        var (plain, strong) = (_book.Miners[miners[0]].Model, _book.Miners[miners[1]].Model);

        // Its own mean is 0.40 and the other's 0.50; on equal work it is the better by 0.2.
        Assert.InRange(Of(strong, 0) - Of(plain, 0), 0.1, 0.25);
        Assert.InRange(Of(strong, 1) - Of(plain, 1), 0.1, 0.25);
        Assert.InRange(Of(strong, TaskClusters.Most) - Of(plain, TaskClusters.Most), 0.1, 0.25);

        float Of(int model, int cluster) => snapshot.Scores[(cluster * snapshot.Models) + model];
    }

    [Fact]
    public void Work_that_nobody_did_is_as_easy_as_any()
    {
        UseClusters();
        var miner = _book.SetMiners([Miners.Trusted("a", "plain")])[0];
        Teach(miner, cluster: 1, right: 20);
        var snapshot = _book.Publish(0);

        Assert.Equal(snapshot.Scores[TaskClusters.Most], snapshot.Scores[0], 1e-4f);
        Assert.InRange(snapshot.Scores[1], 0.15f, 0.25f);
    }

    [Fact]
    public void Without_kinds_of_work_a_level_is_the_mean()
    {
        var miner = _book.SetMiners([Miners.Trusted("a", "plain")])[0];
        for (var i = 0; i < 100; i++)
        {
            _book.Apply(new(miner, default, i < 70 ? 1 : 0, 1, 0.7, 0), 0);
        }

        Assert.Equal((70 + (4 * 120.0 / 200)) / 104, _book.Publish(0).Scores[TaskClusters.Most], 1e-5);
    }

    private void UseClusters()
    {
        var reservoir = new PromptReservoir(1);
        var buffer = new FeatureBuffer();
        for (var i = 0; i < 16; i++)
        {
            FeatureHasher.Count(i % 2 == 0 ? "add the numbers" : "translate this poem", buffer);
            reservoir.Offer(buffer);
        }

        _book.Clusters = reservoir.Fit(TaskClusters.None, 1);
        Assert.True(_book.Clusters.Count >= 2);
    }

    private void Teach(int miner, int cluster, int right)
    {
        for (var i = 0; i < 100; i++)
        {
            _book.Apply(new(miner, TaskMix.Of(cluster), i < right ? 1 : 0, 1, 0.5, 0), 0);
        }
    }
}
