using Gateway.Router.Gating;
using Gateway.Router.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Storage;

/// <summary>Kinds of work are found in what a process sees, and mean the same to all replicas.</summary>
public sealed class KindsOfWorkTests : IAsyncDisposable
{
    private readonly Replicas _replicas = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private FakeTimeProvider Time => _replicas.Time;

    public ValueTask DisposeAsync() => _replicas.DisposeAsync();

    [Fact]
    public async Task Every_replica_and_every_restart_has_the_same_kinds()
    {
        var (one, two) = (await _replicas.StartAsync(1), await _replicas.StartAsync(2));
        one.Sample(Prompts(300));
        two.Sample(Prompts(280));
        Assert.Equal(0, one.Owner.Current.Clusters.Count);

        await one.Keeper.BeatAsync(Ct);
        await two.Keeper.BeatAsync(Ct);
        var three = await _replicas.StartAsync(3);

        Assert.Equal(TaskClusters.Most, one.Owner.Current.Clusters.Count);
        var expected = ClusterBytes.Of(one.Owner.Current.Clusters);
        Assert.Equal(expected, ClusterBytes.Of(two.Owner.Current.Clusters));
        Assert.Equal(expected, ClusterBytes.Of(three.Owner.Current.Clusters));
    }

    [Fact]
    public async Task Kinds_are_found_anew_once_a_day_by_one_of_the_replicas()
    {
        var (one, two) = (await _replicas.StartAsync(1), await _replicas.StartAsync(2));
        one.Sample(Prompts(300));
        await one.Keeper.BeatAsync(Ct);
        var first = ClusterBytes.Of(one.Owner.Current.Clusters);
        two.Sample(Prompts(400).Select(prompt => prompt + " please"));
        await two.Keeper.BeatAsync(Ct);
        Assert.Equal(first, ClusterBytes.Of(two.Owner.Current.Clusters));

        Time.Advance(TimeSpan.FromHours(25));
        await two.Keeper.BeatAsync(Ct);
        await one.Keeper.BeatAsync(Ct);

        var second = ClusterBytes.Of(two.Owner.Current.Clusters);
        Assert.NotEqual(first, second);
        Assert.Equal(second, ClusterBytes.Of(one.Owner.Current.Clusters));
    }

    [Fact]
    public async Task Until_they_have_proven_themselves_on_logged_choices_kinds_decide_nothing_and_then_everywhere()
    {
        var (one, two) = (await _replicas.StartAsync(1), await _replicas.StartAsync(2));
        one.Source.Swap(Models());
        two.Source.Swap(Models());
        _ = (one.Views.Current, two.Views.Current);
        one.Sample(Prompts(300));
        await one.Keeper.BeatAsync(Ct);
        Assert.False(one.Owner.Current.TrustsClusters);

        Show(one, outcomes: 390);
        await Replica.UntilAsync(() => Judged(one) == 390);
        Assert.False(one.Owner.Current.TrustsClusters);
        Show(one, outcomes: 1600);
        await Replica.UntilAsync(() => one.Owner.Current.TrustsClusters);
        await one.Keeper.BeatAsync(Ct);
        Time.Advance(TimeSpan.FromSeconds(2));
        await two.Keeper.BeatAsync(Ct);

        Assert.True(two.Owner.Current.TrustsClusters);
        Assert.True((await _replicas.StartAsync(3)).Owner.Current.TrustsClusters);
    }

    [Fact]
    public void Bytes_that_are_no_kinds_are_refused()
    {
        var bytes = ClusterBytes.Of(TaskClusters.None);
        Assert.NotNull(ClusterBytes.Read(bytes));
        Assert.Null(ClusterBytes.Read(bytes.AsSpan(1)));
        bytes[^1] = bytes[^2] = 0xFF;
        Assert.Null(ClusterBytes.Read(bytes));
    }

    // Each of two models is good at one half of the kinds; what is chosen is drawn evenly.
    private static void Show(Replica replica, int outcomes)
    {
        var random = new Random(outcomes);
        var miners = ((string[])["a", "b"]).Select(replica.NumberOf).ToArray();
        for (var i = 0; i < outcomes; i++)
        {
            var (cluster, chosen) = (random.Next(TaskClusters.Most), random.Next(2));
            var result = random.NextDouble() < (chosen == cluster % 2 ? 0.95 : 0.1) ? 1 : 0;
            replica.Owner.TryLearn(
                new GateOutcome(miners[chosen], TaskMix.Of(cluster), result, 1, 0.5, replica.Owner.Now)
                {
                    Propensity = 0.5,
                });
        }
    }

    private static int Judged(Replica replica)
    {
        var miners = ((string[])["a", "b"]).Select(replica.NumberOf).ToArray();
        return replica.Owner.Enter((book, _) => miners.Sum(miner => book.Miners[miner].Judged));
    }

    private static Upstream[] Models() =>
        [Planning.Experts.Miner(4, "a", "one"), Planning.Experts.Miner(4, "b", "two")];

    private static IEnumerable<string> Prompts(int count) => Enumerable.Range(0, count)
        .Select(i => string.Join(' ', Enumerable.Repeat($"{Word(i % 40)} {Word(i % 40 * 7)} {Word(i % 3)}", 5)));

    private static string Word(int number) =>
        new([.. Enumerable.Range(0, 7).Select(i => (char)('a' + ((number * (i + 3)) + (i * i)) % 26))]);
}
