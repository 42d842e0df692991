using Gateway.Core;
using Gateway.DevNet.Faults;

namespace Gateway.DevNet.Tests.Watcher;

/// <summary>What stops the watcher, what it waits for, and that neither makes credit or loses any. The second port
/// lies, the first is honest, and both must agree.</summary>
public sealed class WatcherFaultTests
{
    private const int Final = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Lies => ["extra", "missing", "altered", "hash"];

    public static TheoryData<string> Absences => ["finality", "pruned", "gap", "metadata", "stalled", "disconnected"];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Attack_36_Endpoints_that_differ_halt_it_until_a_person_lifts_that(string lie)
    {
        await using var chain = await WatchedChain.StartAsync();
        var address = chain.Know(0);
        chain.Produce(Final);
        await chain.WatchAsync();
        Lie(chain.Host.FaultsOf(1), lie);
        chain.Send(chain.Transfer(address, 5_000_000));
        chain.Produce(Final + 1);

        await chain.WatchAsync();
        await chain.WatchAsync();
        Assert.NotNull(chain.Sink.Halt);
        Assert.Single(chain.Sink.Halts);
        Assert.Empty(chain.Sink.Rows);

        // The cause is still there: lifted too early it halts again.
        chain.Sink.Lift();
        await chain.WatchAsync();
        Assert.Equal(2, chain.Sink.Halts.Count);
        Assert.Empty(chain.Sink.Rows);

        Lie(chain.Host.FaultsOf(1), "none");
        chain.Sink.Lift();
        await chain.WatchAsync();
        Assert.Single(chain.Sink.Rows);
        Assert.Equal(2, chain.Sink.Halts.Count);
    }

    [Theory]
    [MemberData(nameof(Absences))]
    public async Task What_cannot_be_had_is_waited_for(string absence)
    {
        await using var chain = await WatchedChain.StartAsync(spec: 219);
        var address = chain.Know(0);
        chain.Produce(Final);
        await chain.WatchAsync();
        var at = chain.Sink.Position!.Height;
        Withhold(chain, absence, isAway: true);
        chain.Send(chain.Transfer(address, 5_000_000));
        chain.Produce(Final + 1);

        await chain.WatchAsync();
        Assert.Empty(chain.Sink.Rows);
        Assert.Null(chain.Sink.Halt);
        Assert.InRange(chain.Sink.Position.Height, at, at + 2);

        Withhold(chain, absence, isAway: false);
        chain.Produce(1);
        while (chain.Sink.Rows.Count == 0)
        {
            await chain.WatchAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
        }

        Assert.Single(chain.Sink.Rows);
        Assert.Null(chain.Sink.Halt);
    }

    [Fact]
    public async Task A_past_that_has_changed_halts_it()
    {
        await using var chain = await WatchedChain.StartAsync(agreement: 1);
        chain.Produce(Final + 5);
        await chain.WatchAsync();
        chain.Sink.MoveTo(chain.Sink.Position! with { Hash = "0x" + new string('7', 64) });
        chain.Produce(1);

        await chain.WatchAsync();

        Assert.Contains("was taken in as", chain.Sink.Halt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attack_36_A_node_of_another_genesis_is_refused()
    {
        await using var chain = await WatchedChain.StartAsync(agreement: 1);
        chain.Host.FaultsOf(1).LiesAboutGenesis = true;
        chain.Host.FaultsOf(1).DisconnectAll();
        while (chain.Connection.Nodes[1].Refusal is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
        }

        var address = chain.Know(0);
        chain.Send(chain.Transfer(address, 5_000_000));
        chain.Produce(Final);
        await chain.WatchAsync();

        Assert.Contains("its genesis is", chain.Connection.Nodes[1].Refusal, StringComparison.Ordinal);
        Assert.Single(chain.Sink.Rows);
    }

    [Fact]
    public async Task Pruned_state_is_read_from_the_node_that_keeps_it()
    {
        await using var chain = await WatchedChain.StartAsync(agreement: 1);
        var address = chain.Know(0);
        chain.Send(chain.Transfer(address, 5_000_000));
        chain.Produce(Final);
        chain.Host.FaultsOf(0).PrunedBelow = 1000;

        await chain.WatchAsync();

        Assert.Single(chain.Sink.Rows);
    }

    [Fact]
    public async Task Of_two_watchers_the_loser_reads_again()
    {
        await using var chain = await WatchedChain.StartAsync();
        var address = chain.Know(0);
        for (var i = 0; i < 30; i++)
        {
            chain.Send(chain.Transfer(address, 1_000_000 + (ulong)i));
            chain.Produce(1);
        }

        chain.Produce(Final);
        var watchers = Enumerable.Range(0, 2).Select(_ => chain.NewWatcher()).ToList();
        while (chain.Sink.Position?.Height != chain.Chain.Finalized.Number)
        {
            await Task.WhenAll(watchers.Select(watcher => Task.Run(() => chain.WatchAsync(watcher), Token)));
        }

        Assert.Equal(30, chain.Sink.Rows.Count);
    }

    [Fact]
    public async Task Balances_that_differ_from_the_books_are_told_the_second_time()
    {
        await using var chain = await WatchedChain.StartAsync();
        var (less, more, right) = (chain.Know(0), chain.Know(1), chain.Know(2));
        foreach (var address in (string[])[less, more, right])
        {
            chain.Send(chain.Transfer(address, 5_000_000));
        }

        chain.Produce(Final);
        var watcher = chain.NewWatcher();
        await chain.WatchAsync(watcher);
        Assert.Equal((0, 0), (chain.Sink.Shortfalls.Count, chain.Sink.Surpluses.Count));

        // As if 7 rao had been swept that are still there, and 5 had not come that the books have.
        chain.Sink.Off[more] = new(7);
        chain.Sink.Off[less] = new(-5);
        for (var round = 0; round < 4; round++)
        {
            chain.Produce(1);
            await chain.WatchAsync(watcher);
            Assert.Equal(round == 0 ? 0 : 1, long.Min(1, chain.Sink.Surpluses.Count));
        }

        Assert.Equal((more, new Rao(7)), Assert.Single(chain.Sink.Surpluses));
        Assert.Contains(less, chain.Sink.Shortfalls[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_chain_is_watched_from_where_it_is()
    {
        await using var chain = await WatchedChain.StartAsync();
        chain.Produce(10);

        _ = await chain.NewWatcher().RoundAsync(fromGenesis: false, Token);

        Assert.Equal(chain.Chain.Finalized.Hash.ToString(), chain.Sink.Position!.Hash);
    }

    private static void Lie(PortFaults port, string lie)
    {
        port.Events = lie switch
        {
            "extra" => EventLie.Extra,
            "missing" => EventLie.Missing,
            "altered" => EventLie.Altered,
            _ => EventLie.None,
        };
        port.LiesAboutHashes = lie == "hash";
    }

    private static void Withhold(WatchedChain chain, string what, bool isAway)
    {
        var port = chain.Host.FaultsOf(1);
        switch (what)
        {
            case "finality":
                port.LiesAboutFinality = isAway;
                break;
            case "pruned":
                port.PrunedBelow = isAway ? uint.MaxValue : 0;
                break;
            case "gap":
                port.Gap = isAway ? (2, 1000) : null;
                break;
            case "metadata":
                if (isAway)
                {
                    chain.Chain.Upgrade(DevNet.Chain.Runtime.RuntimeCatalog.Get(224));
                    chain.Produce(1);
                }

                port.HasGarbageMetadata = isAway;
                break;
            case "stalled":
                chain.Chain.IsFinalityStalled = isAway;
                break;
            default:
                port.DisconnectEvery = isAway ? 1 : 0;
                port.DisconnectAll();
                break;
        }
    }
}
