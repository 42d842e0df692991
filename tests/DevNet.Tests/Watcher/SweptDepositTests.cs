using Gateway.ChainBridge;
using Gateway.ChainBridge.Watcher;
using Gateway.DevNet.Chain;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DevNet.Tests.Watcher;

/// <summary>What leaves deposit addresses for the cold wallet, whoever sees to it, and what the comparison of balances
/// makes of it.</summary>
public sealed class SweptDepositTests
{
    private const int Final = 3;
    private const ulong Deposit = 5_000_000;
    private const ulong Swept = Deposit - 500;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sweep_far_above_the_cursor_is_neither_surplus_nor_shortfall()
    {
        await using var chain = await WatchedChain.StartAsync();
        var address = Fund(chain);
        await chain.WatchAsync();

        // The watcher is away for 300 blocks, in the middle of which somebody sweeps.
        chain.Produce(150);
        Move(chain, address, WatchedChain.Cold);
        chain.Produce(150);
        var watcher = chain.NewWatcher(new WatcherOptions { ReconcileEvery = 1, ReconcileAgain = 1 });
        await chain.WatchAsync(watcher);
        await RoundsAsync(chain, watcher);

        Assert.Equal(chain.Chain.Finalized.Number, chain.Sink.Position!.Height);
        Assert.Equal((0, 0), (chain.Sink.Surpluses.Count, chain.Sink.Shortfalls.Count));
        var sweep = Assert.Single(chain.Sink.Sweeps);
        Assert.Equal(
            (address, WatchedChain.Cold, (long)Swept), (sweep.Address, sweep.Cold, sweep.Amount.Value));
        Assert.Single(chain.Sink.Rows);
    }

    [Fact]
    public async Task What_goes_from_an_address_to_a_stranger_is_missing()
    {
        await using var chain = await WatchedChain.StartAsync();
        var address = Fund(chain);
        var watcher = chain.NewWatcher();
        await chain.WatchAsync(watcher);

        Move(chain, address, Gateway.ChainBridge.Keys.Ss58.Encode(AccountId.OfUri("//Thief").ToArray()));
        await RoundsAsync(chain, watcher);

        Assert.Empty(chain.Sink.Sweeps);
        Assert.Contains(address, chain.Sink.Shortfalls[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_that_restored_books_number_anew_are_watched()
    {
        await using var chain = await WatchedChain.StartAsync();
        chain.Produce(Final);
        var watcher = chain.NewWatcher();
        await chain.WatchAsync(watcher);
        var before = chain.Sink.Position!;
        _ = chain.Know(0);
        chain.Produce(Final);
        await chain.WatchAsync(watcher);

        // The backup knows neither the address nor the blocks since; the number of the one is another's now.
        chain.Book.Clear();
        chain.Sink.MoveTo(before);
        var next = chain.Know(1);
        chain.Send(chain.Transfer(next, Deposit));
        chain.Produce(Final);
        await chain.WatchAsync(watcher);

        Assert.Equal(next, Assert.Single(chain.Sink.Rows).Value.Address);
    }

    [Fact]
    public async Task A_store_that_was_away_leaves_the_best_heads_listened_to()
    {
        await using var chain = await WatchedChain.StartAsync();
        var book = new FlakyBook(chain.Book);
        using var feed = new ChainFeed(
            chain.Connection, chain.Sink, book, TimeProvider.System, NullLogger<ChainFeed>.Instance)
        {
            FromGenesis = true,
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = feed.RunAsync(stop.Token);
        chain.Produce(5);
        await UntilAsync(() => feed.Status is { Height: >= 3, Best: >= 5 });

        book.IsAway = true;
        await UntilAsync(() =>
        {
            chain.Produce(1);
            return book.Refusals > 3;
        });
        book.IsAway = false;
        await UntilAsync(() =>
        {
            chain.Produce(1);
            return feed.Status.Best == chain.Chain.Best.Number;
        });
        chain.Send(chain.Transfer(chain.Know(0), Deposit));
        chain.Produce(1);
        await UntilAsync(() => feed.Seen.Count == 1);
        await stop.CancelAsync();
        await running;
    }

    private static string Fund(WatchedChain chain)
    {
        var address = chain.Know(0);
        chain.Send(chain.Transfer(address, Deposit));
        chain.Produce(Final);
        return address;
    }

    private static void Move(WatchedChain chain, string from, string to)
    {
        chain.Chain.TransferInNextBlock(WatchedChain.AccountOf(from), WatchedChain.AccountOf(to), Swept);
        chain.Produce(1);
    }

    private static async Task RoundsAsync(WatchedChain chain, DepositWatcher watcher)
    {
        for (var round = 0; round < 8; round++)
        {
            chain.Produce(1);
            await chain.WatchAsync(watcher);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }

    private sealed class FlakyBook(MemoryBook inner) : IAddressBook
    {
        private int _refusals;
        private volatile bool _isAway;

        public bool IsAway
        {
            get => _isAway;
            set => _isAway = value;
        }

        public int Refusals => Volatile.Read(ref _refusals);

        public IReadOnlyList<string> OwnWallets => inner.OwnWallets;

        public IReadOnlyList<string> ColdWallets => inner.ColdWallets;

        public Task<IReadOnlyList<KnownAddress>> AfterAsync(long number, CancellationToken cancellationToken)
        {
            if (!_isAway)
            {
                return inner.AfterAsync(number, cancellationToken);
            }

            _ = Interlocked.Increment(ref _refusals);
            throw new InvalidOperationException("The store is away.");
        }
    }
}
