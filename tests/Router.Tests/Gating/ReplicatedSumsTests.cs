using CsCheck;
using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

/// <summary>Replicas that never wait for one another still agree.</summary>
public sealed class ReplicatedSumsTests
{
    private const int Statistics = 4;

    [Fact]
    public void Permuted_repeated_and_late_rows_give_the_same_sums()
    {
        var outcomes = Gen.Select(Gen.Int[0, 2], Gen.Int[0, Statistics - 1], Gen.Double[0, 1]).Array[1, 60];
        Gen.Select(outcomes, Gen.Int[0, 1_000_000]).Sample((made, seed) =>
        {
            var replicas = Enumerable.Range(0, 3).Select(i => Create(i + 1)).ToArray();
            var rows = new List<SumRow>();
            foreach (var (replica, index, result) in made)
            {
                replicas[replica].Add(index, new(result, 1));
                rows.AddRange(replicas[replica].TakeChanged());
            }

            var expected = Read(Receive(rows));
            var shuffled = rows.Concat(rows).ToArray();
            new Random(seed).Shuffle(shuffled);

            Same(expected, Read(Receive(shuffled)));
        });
    }

    [Fact]
    public void A_lost_row_is_made_good_by_the_next_one()
    {
        var sender = Create(1);
        sender.Add(0, new(1, 1));
        sender.TakeChanged();
        sender.Add(0, new(1, 2));

        Assert.Equal(new Sums(2, 3), Receive(sender.TakeChanged())[0]);
    }

    [Fact]
    public void Only_the_newest_generation_counts_whoever_began_it()
    {
        var (first, second) = (Create(1), Create(2));
        first.Add(0, new(5, 10));
        second.Add(0, new(1, 2));
        var old = second.TakeChanged();
        second.Restart(0, new(0.5, 2));
        first.Add(0, new(1, 1));

        first.Merge(second.TakeChanged()[0]);
        first.Merge(old[0]);

        Assert.Equal(1, first.Generation(0));
        Assert.Equal(new Sums(0.5, 2), first[0]);
        Assert.Equal(new Sums(0, 0), Assert.Single(first.TakeChanged()).Sums);
    }

    [Fact]
    public void A_replica_ignores_its_own_rows_coming_back()
    {
        var sums = Create(1);
        sums.Add(0, new(1, 1));

        sums.Merge(sums.TakeChanged()[0]);

        Assert.Equal(new Sums(1, 1), sums[0]);
    }

    [Fact]
    public void Rows_of_another_landmark_are_converted()
    {
        var (old, young) = (new ForwardDecay(3600), new ForwardDecay(3600));
        var now = ForwardDecay.LandmarkLife + 3600;
        var sender = new ReplicatedSums(Guid.CreateVersion7(DateTimeOffset.UnixEpoch), old);
        sender.Grow(1);
        sender.Add(0, new(old.At(now), old.At(now)));
        young.Advance(now);
        var receiver = new ReplicatedSums(Guid.Empty, young);

        receiver.Merge(sender.TakeChanged()[0]);

        Assert.Equal(1, receiver[0].Weight / young.At(now), 1e-9);
    }

    private static ReplicatedSums Create(int number)
    {
        var sums = new ReplicatedSums(new(number, 0, 0, new byte[8]), new(3600));
        sums.Grow(Statistics);
        return sums;
    }

    private static ReplicatedSums Receive(IEnumerable<SumRow> rows)
    {
        var sums = Create(99);
        foreach (var row in rows)
        {
            sums.Merge(row);
        }

        return sums;
    }

    private static Sums[] Read(ReplicatedSums sums) => [.. Enumerable.Range(0, Statistics).Select(i => sums[i])];

    private static void Same(Sums[] expected, Sums[] actual)
    {
        for (var i = 0; i < Statistics; i++)
        {
            Assert.Equal(expected[i].Result, actual[i].Result, 1e-9);
            Assert.Equal(expected[i].Weight, actual[i].Weight, 1e-9);
        }
    }
}
