using System.Threading.Channels;
using Gateway.ChainBridge.Watcher;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge;

/// <summary>What is read from the chain: deposits into a sink, and how far that is. Safe for concurrent use; its owner
/// runs <see cref="RunAsync"/> once.</summary>
public sealed partial class ChainFeed : IDisposable
{
    private readonly ChainConnection _chain;
    private readonly IBlockSink _sink;
    private readonly TimeProvider _time;
    private readonly ILogger<ChainFeed> _log;
    private readonly AddressLookup _addresses;
    private readonly SeenScan _seen;
    private readonly WatcherOptions _options;

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private DepositWatcher? _watcher;
    private string? _genesis;
    private bool _lags;

    /// <param name="chain">The nodes.</param>
    /// <param name="sink">Where finalized blocks go.</param>
    /// <param name="book">The addresses to watch.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Who is told.</param>
    public ChainFeed(
        ChainConnection chain, IBlockSink sink, IAddressBook book, TimeProvider time, ILogger<ChainFeed> log)
        : this(chain, sink, book, (time, new WatcherOptions()), log)
    {
    }

    internal ChainFeed(
        ChainConnection chain,
        IBlockSink sink,
        IAddressBook book,
        (TimeProvider Time, WatcherOptions Options) clock,
        ILogger<ChainFeed> log)
    {
        _chain = chain;
        _sink = sink;
        (_time, _options) = clock;
        _log = log;
        _addresses = new AddressLookup(book);
        _seen = new SeenScan(_addresses, () => Volatile.Read(ref _watcher)?.Judge);
    }

    /// <summary>Whether a chain that nobody has watched yet is read from its first block; otherwise from the finalized
    /// one of now.</summary>
    public bool FromGenesis { get; init; }

    /// <summary>How far the chain has been read. Cheap: from memory.</summary>
    public ChainFeedStatus Status
    {
        get
        {
            var watcher = Volatile.Read(ref _watcher);
            return new(
                Volatile.Read(ref _genesis),
                watcher?.Position?.Height,
                watcher?.Finalized ?? 0,
                long.Max(_seen.Best, watcher?.Finalized ?? 0),
                Volatile.Read(ref _lags),
                watcher?.Halt);
        }
    }

    /// <summary>Transfers in blocks above those taken in, the oldest first: for showing, they may vanish. Cheap: from
    /// memory.</summary>
    public IReadOnlyList<SeenTransfer> Seen
    {
        get
        {
            var height = Volatile.Read(ref _watcher)?.Position?.Height ?? 0;
            return [.. _seen.Current.Where(transfer => transfer.Height > height)];
        }
    }

    /// <summary>Watches until it is cancelled; what fails is tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var genesis = await _chain.GenesisAsync(cancellationToken);
            Volatile.Write(ref _genesis, genesis);
            var nodes = DepositWatcher.NodesOf(_chain);
            var watcher = new DepositWatcher(nodes, genesis, _sink, _addresses, (_time, _options), _log);
            Volatile.Write(ref _watcher, watcher);
            await Task.WhenAll(
                WatchAsync(watcher, cancellationToken),
                NewHeads().RunAsync(cancellationToken),
                FinalizedHeads().RunAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _addresses.Dispose();

    private async Task WatchAsync(DepositWatcher watcher, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                while (await watcher.RoundAsync(FromGenesis, cancellationToken))
                {
                    TellLag(watcher);
                }

                TellLag(watcher);
                await WaitForNewsAsync(cancellationToken);
            }
            catch (Exception failure) when (
                failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // The top of the loop: whatever the sink or a node does, the watcher goes on.
                Log.RoundFailed(_log, failure);
                await Task.Delay(_options.RetryPause, _time, cancellationToken);
            }
        }
    }

    private async Task WaitForNewsAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var poll = Task.Delay(_options.PollEvery, _time, patience.Token);
        var news = _news.Reader.WaitToReadAsync(patience.Token).AsTask();
        _ = await Task.WhenAny(poll, news);
        await patience.CancelAsync();
        await Task.WhenAll(poll, news).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        _ = _news.Reader.TryRead(out _);
    }

    private HeadListener NewHeads() => new(
        _chain.Pool,
        static (node, cancellationToken) => node.NewHeadsAsync(cancellationToken),
        "chain_unsubscribeNewHeads",
        (node, header, cancellationToken) =>
        {
            var takenIn = Volatile.Read(ref _watcher)?.Position?.Height ?? 0;
            return _seen.FollowAsync(node, header, takenIn, cancellationToken);
        },
        _time);

    private HeadListener FinalizedHeads() => new(
        _chain.Pool,
        static (node, cancellationToken) => node.FinalizedHeadsAsync(cancellationToken),
        "chain_unsubscribeFinalizedHeads",
        (_, _, _) =>
        {
            _ = _news.Writer.TryWrite(true);
            return Task.CompletedTask;
        },
        _time);

    // Said once when it begins and once when it ends.
    private void TellLag(DepositWatcher watcher)
    {
        if (watcher.Position is not { } position)
        {
            return;
        }

        var behind = Status.Best - position.Height;
        var lags = behind > _options.LagLimit;
        if (lags != _lags)
        {
            Volatile.Write(ref _lags, lags);
            if (lags)
            {
                Log.Lagging(_log, behind, position.Height);
            }
            else
            {
                Log.CaughtUp(_log, position.Height);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3130, LogLevel.Error, "A round of the deposit watcher failed and is tried again")]
        public static partial void RoundFailed(ILogger logger, Exception failure);

        [LoggerMessage(3131, LogLevel.Error, "Deposits are {Blocks} blocks behind the chain, at block {Height}")]
        public static partial void Lagging(ILogger logger, long blocks, long height);

        [LoggerMessage(3132, LogLevel.Warning, "Deposits have caught up with the chain, at block {Height}")]
        public static partial void CaughtUp(ILogger logger, long height);
    }
}
