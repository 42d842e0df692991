using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Watcher;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Faults;

namespace Gateway.DevNet.Tests.Watcher;

/// <summary>Ten thousand deposits while everything fails: none is lost, none is credited twice. What should be credited
/// is told by the simulator itself.</summary>
public sealed class WatcherChaosTests
{
    private const int Deposits = 10_000;
    private const int Addresses = 50;
    private const int BatchSize = 40;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    public async Task Ten_thousand_deposits_among_faults_are_credited_once_each(int seed)
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var chain = await WatchedChain.StartAsync(spec: 219, lag: 6);
        var known = new List<string>();
        var watchers = new[] { chain.NewWatcher(), chain.NewWatcher() };
        chain.Sink.Dies = () => random.Next(40) switch { 0 => (true, false), 1 => (false, true), _ => default };
        var sent = 0;
        for (var step = 0; sent < Deposits; step++)
        {
            sent += Pay(chain, known, random);
            Disturb(chain, random, step);
            await WatchAWhileAsync(chain, watchers, random);
        }

        await CatchUpAsync(chain);
        await ProveLiesBiteAsync(chain, known, random);
        var truth = chain.Truth(known.Contains);

        // A transaction that a reorganisation gave back may have outlived its era; another one pays instead.
        while (truth.Count < Deposits)
        {
            _ = Pay(chain, known, random);
            await CatchUpAsync(chain);
            truth = chain.Truth(known.Contains);
        }

        Assert.True(truth.SetEquals(chain.Sink.Rows.Keys),
            $"seed {seed}: {truth.Except(chain.Sink.Rows.Keys).Count()} lost, "
            + $"{chain.Sink.Rows.Keys.Except(truth).Count()} made up");
        Assert.Equal(known.Sum(address => (long)FreeOf(chain, address)), chain.Sink.Total.Value);
    }

    private static int Pay(WatchedChain chain, List<string> known, Random random)
    {
        if (known.Count < Addresses)
        {
            known.Add(chain.Know(known.Count));
        }

        var count = random.Next(1, BatchSize);
        var calls = Enumerable.Range(0, count).Select(_ =>
            chain.Transfer(known[random.Next(known.Count)], (ulong)random.Next(500, 5_000_000)));
        chain.Send(chain.Batch(random.Next(2) == 0 ? "batch_all" : "batch", [.. calls]));
        return count;
    }

    private static void Disturb(WatchedChain chain, Random random, int step)
    {
        chain.Produce(step == 60 ? 300 : random.Next(1, 4));
        if (step == 120)
        {
            chain.Chain.Upgrade(RuntimeCatalog.Get(224));
        }

        var port = chain.Host.FaultsOf(random.Next(2));
        switch (random.Next(12))
        {
            case 0:
                var above = (int)(chain.Chain.Best.Number - chain.Chain.Finalized.Number);
                var deepest = Math.Min(DevChain.DeepestReorg, above);
                _ = chain.Chain.Reorg(random.Next(1, deepest + 1), returns: true);
                break;
            case 1:
                port.DisconnectAll();
                break;
            case 2:
                StopLying(chain);
                port.Events = (EventLie)random.Next(4);
                break;
            case 3:
                port.DisconnectEvery = random.Next(2) * 50;
                break;
            case 4:
                chain.Chain.IsFinalityStalled = random.Next(2) == 0;
                break;
            case 5:
                StopLying(chain);
                port.LiesAboutHashes = random.Next(4) == 0;
                break;
        }
    }

    // Two at once, each cut off wherever it is; one of them forgets everything now and then.
    private static async Task WatchAWhileAsync(WatchedChain chain, DepositWatcher[] watchers, Random random)
    {
        if (random.Next(3) == 0)
        {
            watchers[random.Next(2)] = chain.NewWatcher();
        }

        using var crash = CancellationTokenSource.CreateLinkedTokenSource(Token);
        crash.CancelAfter(TimeSpan.FromMilliseconds(random.Next(1, 60)));
        await Task.WhenAll(watchers.Select(watcher => RoundAsync(watcher, crash.Token)));
        if (chain.Sink.Halt is not null)
        {
            StopLying(chain);
            chain.Sink.Lift();
        }
    }

    // One node lies at a time: two that told the same lie would be as many as must agree.
    private static void StopLying(WatchedChain chain)
    {
        foreach (var port in (int[])[0, 1])
        {
            var faults = chain.Host.FaultsOf(port);
            (faults.Events, faults.LiesAboutHashes) = (EventLie.None, false);
        }
    }

    // Each lie of each node stops everything, however long the machine takes for the round.
    private static async Task ProveLiesBiteAsync(WatchedChain chain, List<string> known, Random random)
    {
        foreach (var port in (int[])[0, 1])
        {
            foreach (var lie in (EventLie[])[EventLie.Extra, EventLie.Missing, EventLie.Altered])
            {
                var (halts, rows) = (chain.Sink.Halts.Count, chain.Sink.Rows.Count);
                chain.Host.FaultsOf(port).Events = lie;
                _ = Pay(chain, known, random);
                chain.Produce((int)chain.Chain.FinalityLag + 1);
                while (chain.Sink.Halt is null)
                {
                    await RoundAsync(chain.NewWatcher(), Token);
                }

                Assert.Equal((halts + 1, rows), (chain.Sink.Halts.Count, chain.Sink.Rows.Count));
                await CatchUpAsync(chain);
                Assert.True(chain.Sink.Rows.Count > rows);
            }
        }
    }

    private static async Task RoundAsync(DepositWatcher watcher, CancellationToken cancellationToken)
    {
        try
        {
            _ = await watcher.RoundAsync(fromGenesis: true, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or RpcException or OperationCanceledException)
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task CatchUpAsync(WatchedChain chain)
    {
        chain.Sink.Dies = () => default;
        chain.Chain.IsFinalityStalled = false;
        foreach (var port in (int[])[0, 1])
        {
            var faults = chain.Host.FaultsOf(port);
            (faults.Events, faults.LiesAboutHashes, faults.DisconnectEvery) = (EventLie.None, false, 0);
        }

        while (chain.Chain.Pending.Count > 0)
        {
            chain.Produce(1);
        }

        chain.Produce((int)chain.Chain.FinalityLag);
        while (chain.Sink.Position?.Height != chain.Chain.Finalized.Number)
        {
            chain.Sink.Lift();
            await RoundAsync(chain.NewWatcher(), Token);
        }
    }

    private static ulong FreeOf(WatchedChain chain, string address)
    {
        var block = chain.Chain.Finalized;
        var account = block.State.Find(ChainBridge.Metadata.StorageKeys.Of(
            block.Layout.Metadata, "System", "Account", WatchedChain.AccountOf(address).ToValue()));
        return ChainBridge.Submission.AccountState.Decode(block.Layout.Metadata, account) is var state
            ? (ulong)state.Free.Value
            : 0;
    }
}
