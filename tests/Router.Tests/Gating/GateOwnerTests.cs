using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

public sealed class GateOwnerTests
{
    [Fact]
    public async Task Snapshots_are_swapped_under_load_and_every_reader_sees_a_whole_one()
    {
        var book = new GateBook(new(), Guid.Empty);
        var numbers = book.SetMiners(Miners.Many(64, 4));
        var owner = new GateOwner(book, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => Read(owner, stop.Token))).ToArray();

        for (var i = 0; i < 20_000; i++)
        {
            owner.TryLearn(new GateOutcome(numbers[i % 64], default, 1, 1, 0.5, owner.Now));
        }

        await owner.DisposeAsync();
        await stop.CancelAsync();
        var decisions = await Task.WhenAll(readers);

        Assert.All(decisions, count => Assert.True(count > 0));
        Assert.Equal(20_000, numbers.Sum(number => book.Miners[number].Judged));
        Assert.True(owner.Current.Version > 1);
        Assert.True(owner.Current.Integrity[0] > 1);
        Assert.False(owner.TryLearn(default(GateOutcome)));
        Assert.Equal(1, owner.Dropped);
    }

    private static int Read(GateOwner owner, CancellationToken stop)
    {
        var scratch = new GateScratch();
        var (count, version) = (0, 0L);
        do
        {
            var snapshot = owner.Current;
            Assert.True(snapshot.Version >= version);
            version = snapshot.Version;
            var decision = Scorer.Decide(
                snapshot, Miners.Query((ulong)count), LiveView.Idle(snapshot.Count), scratch);
            Assert.InRange(decision.Slot, 0, snapshot.Count - 1);
            count++;
        }
        while (!stop.IsCancellationRequested);

        return count;
    }
}
