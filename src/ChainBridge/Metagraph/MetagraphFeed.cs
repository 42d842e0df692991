using System.Collections.Frozen;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Metagraph;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge;

/// <summary>Follows subnets of a chain: reads them when something may have changed, checks what it read, and shows the
/// last good state of each. Safe for concurrent use; readers never wait.</summary>
/// <remarks>A subnet is read after each of its epochs, after blocks in which a neuron came or moved, and every
/// <see cref="MetagraphOptions.RefreshBlocks"/> blocks. Dispose it to stop.</remarks>
public sealed partial class MetagraphFeed : IAsyncDisposable
{
    // Blocks that are looked through one by one; after a longer gap everything is read anew.
    private const uint MostBlocksScanned = 64;
    private const int AtOnce = 8;
    private const int EpochsUntilStale = 3;

    private readonly ChainConnection _chain;
    private readonly MetagraphOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SnapshotStore? _store;
    private readonly DirtyScan _scan;
    private readonly HashSet<NetUid> _dirty = [];
    private readonly CancellationTokenSource _stop = new();
    private MetagraphView _current = new(0, FrozenDictionary<NetUid, SubnetView>.Empty);
    private Task _loop = Task.CompletedTask;
    private uint _seen;

    private MetagraphFeed(
        ChainConnection chain, MetagraphOptions options, TimeProvider time, ILogger logger)
    {
        _chain = chain;
        _options = options;
        _time = time;
        _logger = logger;
        _store = options.Folder is null ? null : new SnapshotStore(options.Folder);
        _scan = new DirtyScan(chain.Runtimes);
    }

    /// <summary>The newest view, replaced at once: the same reference until something changed.</summary>
    public MetagraphView Current => Volatile.Read(ref _current);

    /// <summary>The subnets that are followed.</summary>
    public IReadOnlyList<NetUid> Followed => _options.Subnets;

    /// <summary>Takes what an earlier run kept, and begins to follow.</summary>
    /// <param name="chain">The connection; it must outlive the feed.</param>
    /// <param name="options">Which subnets.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">For what goes wrong.</param>
    public static MetagraphFeed Open(
        ChainConnection chain, MetagraphOptions options, TimeProvider time, ILoggerFactory logs)
    {
        var feed = new MetagraphFeed(chain, options, time, logs.CreateLogger<MetagraphFeed>());
        feed._loop = Task.Run(() => feed.RunAsync(feed._stop.Token));
        return feed;
    }

    /// <summary>Waits until the chain was read once in this run.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        while (!HasPolled)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken);
        }
    }

    /// <summary>What all subnets of the chain say of themselves, at the finalized head.</summary>
    /// <exception cref="IOException">The chain gave no answer that reads.</exception>
    public async Task<IReadOnlyList<SubnetInfo>> CatalogueAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await CatalogueReader.ReadAsync(await HeadAsync(cancellationToken), cancellationToken);
        }
        catch (Exception failure) when (IsOfChain(failure))
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <summary>What the chain as a whole tells at the finalized head, with the rules of the subnets followed.
    /// </summary>
    /// <exception cref="IOException">The chain gave no answer that reads.</exception>
    public async Task<NetworkFacts> FactsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await FactsReader.ReadAsync(
                await HeadAsync(cancellationToken), _options.Subnets, cancellationToken);
        }
        catch (Exception failure) when (IsOfChain(failure))
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <summary>Reads a subnet again as soon as possible.</summary>
    public void MarkDirty(NetUid netUid)
    {
        lock (_dirty)
        {
            _ = _dirty.Add(netUid);
        }
    }

    /// <summary>Stops following.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    internal bool HasPolled { get; private set; }

    /// <summary>Looks once at the chain, and reads what may have changed.</summary>
    /// <exception cref="RpcException">No answer.</exception>
    internal async Task PollAsync(CancellationToken cancellationToken)
    {
        var head = await HeadAsync(cancellationToken);
        await ScanAsync(head, cancellationToken);
        var due = _options.Subnets.Where(netUid => IsDue(netUid, head.Block)).ToArray();
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (netUid, token) => await RefreshAsync(head, netUid, token));
        HasPolled = true;
        Age();
    }

    /// <summary>Takes what an earlier run kept of this chain.</summary>
    internal async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return;
        }

        // A genesis that was configured needs no node to prove it: what was kept is used at once.
        var genesis = _chain.Options.Genesis ?? await _chain.GenesisAsync(cancellationToken);
        foreach (var netUid in _options.Subnets)
        {
            if (_store.Read(netUid, genesis) is { } kept && kept.ReadAt <= _time.GetUtcNow())
            {
                Publish(new SubnetView(kept, IsStale(kept)));
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await TryAsync(RestoreAsync, cancellationToken);
        while (true)
        {
            await TryAsync(PollAsync, cancellationToken);
            await Task.Delay(_options.PollEvery, _time, cancellationToken);
        }
    }

    // The top of the loop: whatever a node says or a file holds, the feed goes on, and what is old is told.
    private async Task TryAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        try
        {
            await step(cancellationToken);
        }
        catch (Exception failure) when (IsOfChain(failure))
        {
            Log.Unread(_logger, failure.Message);
            Age();
        }
        catch (Exception failure) when (
            failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.Failed(_logger, failure);
            Age();
        }
    }

    private async Task<ReadPoint> HeadAsync(CancellationToken cancellationToken)
    {
        // A height that one node made up is none: enough must show it.
        var state = await FinalState.ReadAsync(_chain, cancellationToken);
        return new ReadPoint(state.Node, state.Runtime, state.Height, state.Hash);
    }

    private async Task ScanAsync(ReadPoint head, CancellationToken cancellationToken)
    {
        var first = _seen + 1;
        if (_seen != 0 && head.Block >= first && head.Block - first < MostBlocksScanned)
        {
            for (var number = first; number <= head.Block; number++)
            {
                await ScanBlockAsync(head, number, cancellationToken);
            }
        }
        else if (head.Block != _seen)
        {
            MarkAll();
        }

        _seen = head.Block;
    }

    private async Task ScanBlockAsync(ReadPoint head, uint number, CancellationToken cancellationToken)
    {
        var hash = number == head.Block ? head.Hash : await head.Node.BlockHashAsync(number, cancellationToken);
        var header = hash is { } known ? await head.Node.HeaderAsync(known, cancellationToken) : null;
        var changed = header is null
            ? null
            : await _scan.ReadAsync(head.Node, header, hash!.Value, cancellationToken);
        if (changed is null)
        {
            MarkAll();
            return;
        }

        foreach (var netUid in changed)
        {
            MarkDirty(netUid);
        }
    }

    private void MarkAll()
    {
        foreach (var netUid in _options.Subnets)
        {
            MarkDirty(netUid);
        }
    }

    private bool IsDue(NetUid netUid, uint head)
    {
        if (!Current.Subnets.TryGetValue(netUid, out var view))
        {
            return true;
        }

        lock (_dirty)
        {
            return _dirty.Contains(netUid)
                || head >= view.Snapshot.NextEpoch
                || head < view.Snapshot.Block
                || head - view.Snapshot.Block >= _options.RefreshBlocks;
        }
    }

    private async Task RefreshAsync(ReadPoint head, NetUid netUid, CancellationToken cancellationToken)
    {
        lock (_dirty)
        {
            _ = _dirty.Remove(netUid);
        }

        try
        {
            var fresh = RuntimeApiReader.Supports(head.Metadata)
                ? await RuntimeApiReader.ReadAsync(head, netUid, cancellationToken)
                : await StorageReader.ReadAsync(head, netUid, cancellationToken);
            if (fresh is null)
            {
                Log.Missing(_logger, netUid);
                return;
            }

            await TakeAsync(fresh with { ReadAt = _time.GetUtcNow() }, head.Block, cancellationToken);
        }
        catch (Exception failure) when (
            failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // One subnet's nonsense keeps no other from being read.
            MarkDirty(netUid);
            Log.SubnetUnread(_logger, netUid, failure.Message);
        }
    }

    private async Task TakeAsync(SubnetSnapshot fresh, long head, CancellationToken cancellationToken)
    {
        var before = Current.Subnets.GetValueOrDefault(fresh.NetUid)?.Snapshot;
        if (SnapshotRule.Problem(before, fresh, head) is { } problem)
        {
            Hold(fresh.NetUid, problem);
            return;
        }

        Publish(new SubnetView(fresh, IsStale: false));
        try
        {
            _store?.Write(fresh, await _chain.GenesisAsync(cancellationToken));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(_logger, fresh.NetUid, failure.Message);
        }
    }

    // Shown beside the last good state, where there is one.
    private void Hold(NetUid netUid, string problem)
    {
        Log.Held(_logger, netUid, problem);
        if (Current.Subnets.GetValueOrDefault(netUid) is { } view && view.Held != problem)
        {
            Publish(view with { Held = problem });
        }
    }

    private void Publish(SubnetView view)
    {
        lock (_dirty)
        {
            var subnets = Current.Subnets.ToDictionary();
            subnets[view.Snapshot.NetUid] = view;
            Volatile.Write(ref _current, new MetagraphView(Current.Version + 1, subnets.ToFrozenDictionary()));
        }
    }

    private void Age()
    {
        foreach (var view in Current.Subnets.Values.Where(view => !view.IsStale && IsStale(view.Snapshot)))
        {
            Log.Stale(_logger, view.Snapshot.NetUid, view.Snapshot.Block);
            Publish(view with { IsStale = true });
        }
    }

    private bool IsStale(SubnetSnapshot snapshot) =>
        _time.GetUtcNow() - snapshot.ReadAt > _options.BlockTime * (EpochsUntilStale * (snapshot.Tempo + 1L));

    private static bool IsOfChain(Exception failure) =>
        failure is RpcException or ScaleException or RuntimeDriftException or InvalidDataException;

    private static partial class Log
    {
        [LoggerMessage(3040, LogLevel.Warning, "The metagraph could not be read: {Reason}")]
        public static partial void Unread(ILogger logger, string reason);

        [LoggerMessage(3041, LogLevel.Warning, "Subnet {NetUid} could not be read: {Reason}")]
        public static partial void SubnetUnread(ILogger logger, NetUid netUid, string reason);

        [LoggerMessage(3042, LogLevel.Error,
            "A new state of subnet {NetUid} is held back, the last good one stays: {Reason}")]
        public static partial void Held(ILogger logger, NetUid netUid, string reason);

        [LoggerMessage(3043, LogLevel.Error,
            "Subnet {NetUid} could not be read for three epochs: scores of block {Block} are not used any more")]
        public static partial void Stale(ILogger logger, NetUid netUid, long block);

        [LoggerMessage(3044, LogLevel.Warning, "The state of subnet {NetUid} could not be kept: {Reason}")]
        public static partial void NotKept(ILogger logger, NetUid netUid, string reason);

        [LoggerMessage(3046, LogLevel.Error, "The metagraph could not be read, and it is tried again")]
        public static partial void Failed(ILogger logger, Exception failure);

        [LoggerMessage(3045, LogLevel.Warning, "The chain has no subnet {NetUid}")]
        public static partial void Missing(ILogger logger, NetUid netUid);
    }
}
