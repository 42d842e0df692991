using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Watcher;

/// <summary>Takes finalized blocks in, height by height. Everything it knows is in the sink: it may die at any step and
/// be started again, or run beside another. What it cannot believe it reads again, and then lets the chain stand still;
/// what it cannot have it waits for.</summary>
internal sealed partial class DepositWatcher
{
    private readonly string _genesis;
    private readonly IReadOnlyList<IWatchedNode> _readers;
    private readonly int _agreement;
    private readonly IBlockSink _sink;
    private readonly AddressLookup _addresses;
    private readonly BlockJudge _judge;
    private readonly Reconciler _reconciler;
    private readonly WatcherOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <param name="nodes">The nodes, and how many must agree.</param>
    /// <param name="genesis">The chain's.</param>
    /// <param name="sink">Where blocks go.</param>
    /// <param name="addresses">What to look for.</param>
    /// <param name="clock">The clock and the pace.</param>
    /// <param name="log">Who is told.</param>
    public DepositWatcher(
        (IReadOnlyList<IWatchedNode> All, int Agreement) nodes,
        string genesis,
        IBlockSink sink,
        AddressLookup addresses,
        (TimeProvider Time, WatcherOptions Options) clock,
        ILogger log)
    {
        _genesis = genesis;
        (_readers, _agreement) = nodes;
        _sink = sink;
        _addresses = addresses;
        _judge = new BlockJudge(genesis, addresses);
        (_time, _options) = clock;
        _reconciler = new Reconciler(genesis, sink, _options, log);
        _log = log;
    }

    /// <summary>The nodes of a connection, and how many of them must agree.</summary>
    public static (IReadOnlyList<IWatchedNode> All, int Agreement) NodesOf(ChainConnection chain) =>
        ([.. chain.Pool.Nodes.Select(node => new NodeReader(node))], chain.Options.RequireAgreement);

    /// <summary>Reads blocks for showing by the same rules.</summary>
    public BlockJudge Judge => _judge;

    /// <summary>The last block taken in, by this watcher or another; null before it has begun.</summary>
    public ChainPosition? Position { get; private set; }

    /// <summary>The newest block that enough nodes hold for final.</summary>
    public long Finalized { get; private set; }

    /// <summary>Why the chain stands still; null where it does not.</summary>
    public string? Halt { get; private set; }

    /// <summary>One round: reads where the sink is and takes in what is final above it, a batch at most.</summary>
    /// <param name="fromGenesis">Whether a chain that nobody has watched yet is read from its start.</param>
    /// <param name="cancellationToken">Gives up between two steps.</param>
    /// <returns>Whether there may be more at once.</returns>
    public async Task<bool> RoundAsync(bool fromGenesis, CancellationToken cancellationToken)
    {
        var state = await _sink.StateAsync(_genesis, cancellationToken);
        Position = state.Position;
        Tell(state.Halt);
        if (state.Halt is not null)
        {
            return false;
        }

        var heads = await HeadsAsync(cancellationToken);
        Finalized = heads.Count >= _agreement ? heads[_agreement - 1].Height : Finalized;
        if (heads.Count < _agreement)
        {
            return false;
        }

        return state.Position is { } position
            ? await ReadOnAsync(heads, position, cancellationToken)
            : await BeginAsync(heads, fromGenesis, cancellationToken);
    }

    // Sorted by height, the highest first: what the last of as many as must agree has, all of them have.
    private async Task<List<(IWatchedNode Reader, long Height)>> HeadsAsync(CancellationToken cancellationToken)
    {
        var connected = _readers.Where(reader => reader.IsConnected);
        var heads = await Task.WhenAll(connected.Select(reader => HeadAsync(reader, cancellationToken)));
        return [.. heads.Where(head => head.Height >= 0).OrderByDescending(head => head.Height)];
    }

    private async Task<(IWatchedNode Reader, long Height)> HeadAsync(
        IWatchedNode reader, CancellationToken cancellationToken)
    {
        try
        {
#if MUTANTS
            if (Mutant.Is(14))
            {
                return (reader, await BestAsync(reader, cancellationToken));
            }
#endif
            return (reader, await reader.HeadAsync(cancellationToken));
        }
        catch (RpcException failure)
        {
            Log.NodeSilent(_log, reader.Address, failure.Message);
            return (reader, -1);
        }
    }

    private async Task<bool> BeginAsync(
        List<(IWatchedNode Reader, long Height)> heads, bool fromGenesis, CancellationToken cancellationToken)
    {
        if (fromGenesis)
        {
            await _sink.BeginAsync(_genesis, new ChainPosition(0, _genesis), cancellationToken);
            return true;
        }

        var height = heads[_agreement - 1].Height;
        var hashes = await Task.WhenAll(
            heads.Take(_agreement).Select(head => HashAsync(head.Reader, height, cancellationToken)));
        if (hashes[0] is not { } hash || hashes.Any(other => other != hash))
        {
            Log.NoBeginning(_log, height);
            return false;
        }

        await _sink.BeginAsync(_genesis, new ChainPosition(height, hash.ToString()), cancellationToken);
        Log.Begun(_log, height);
        return true;
    }

    private async Task<bool> ReadOnAsync(
        List<(IWatchedNode Reader, long Height)> heads, ChainPosition position, CancellationToken cancellationToken)
    {
        if (await CursorFaultAsync(heads, position, cancellationToken) is { } fault)
        {
            await HaltAsync(position.Height, fault, cancellationToken);
            return false;
        }

#if MUTANTS
        if (Mutant.Is(16) && heads[_agreement - 1].Height - 2 is var near && position.Height < near)
        {
            position = new ChainPosition(near, $"{await HashAsync(heads[0].Reader, near, cancellationToken)}");
        }
#endif
        var top = long.Min(heads[_agreement - 1].Height, position.Height + _options.Batch);
        var readings = await Task.WhenAll(Enumerable.Range(1, (int)long.Max(0, top - position.Height))
            .Select(ahead => ReadAllAsync(heads, position.Height + ahead, cancellationToken)));
        foreach (var reading in readings)
        {
            var next = await TakeAsync(heads, position, reading, cancellationToken);
            if (next is null)
            {
                return false;
            }

            position = next;
            Position = next;
        }

        await ReconcileAsync(heads, position, cancellationToken);
        return readings.Length == _options.Batch;
    }

    // A chain whose past has changed is not the chain whose deposits were booked.
    private async Task<string?> CursorFaultAsync(
        List<(IWatchedNode Reader, long Height)> heads, ChainPosition position, CancellationToken cancellationToken)
    {
        for (var left = _options.Rechecks; ; left--)
        {
            var able = heads.Where(head => head.Height >= position.Height).ToList();
            var hashes = await Task.WhenAll(
                able.Select(head => HashAsync(head.Reader, position.Height, cancellationToken)));
            if (Array.Find(hashes, hash => hash is { } found && found.ToString() != position.Hash) is not { } other)
            {
                return null;
            }

            if (left == 0)
            {
                return $"Block {position.Height} was taken in as {position.Hash} and is {other} now.";
            }

            await Task.Delay(_options.RecheckPause, _time, cancellationToken);
        }
    }

    private async Task<Hash256?> HashAsync(IWatchedNode reader, long height, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.HashAsync(height, cancellationToken);
        }
        catch (RpcException failure)
        {
            Log.NodeSilent(_log, reader.Address, failure.Message);
            return null;
        }
    }

    // What every node says that has the height; a node that cannot is left out, and too few are waited for.
    private async Task<IReadOnlyList<NodeBlock>> ReadAllAsync(
        List<(IWatchedNode Reader, long Height)> heads, long height, CancellationToken cancellationToken)
    {
        var readings = await Task.WhenAll(heads
            .Where(head => head.Height >= height)
            .Select(head => ReadAsync(head.Reader, height, cancellationToken)));
        return [.. readings.OfType<NodeBlock>()];
    }

    private async Task<NodeBlock?> ReadAsync(IWatchedNode reader, long height, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(height, cancellationToken);
        }
        catch (RpcException failure) when (failure.Code == RpcErrorCode.StateUnavailable)
        {
            Log.StateGone(_log, reader.Address, height);
            return null;
        }
        catch (RpcException failure)
        {
            Log.NodeSilent(_log, reader.Address, failure.Message);
            return null;
        }
    }

    private async Task<ChainPosition?> TakeAsync(
        List<(IWatchedNode Reader, long Height)> heads,
        ChainPosition last,
        IReadOnlyList<NodeBlock> said,
        CancellationToken cancellationToken)
    {
        for (var left = _options.Rechecks; ; left--)
        {
            if (said.Count < _agreement)
            {
                return null;
            }

            // Only now that the hash is known: an address shown before the block was made is in the book by now.
            await _addresses.RefreshAsync(cancellationToken);
            var (block, fault) = _judge.Judge(said, last);
            if (block is not null)
            {
                return await _sink.CommitAsync(block, cancellationToken) ? block.Position : null;
            }

            if (left == 0)
            {
                await HaltAsync(last.Height + 1, fault!, cancellationToken);
                return null;
            }

            await Task.Delay(_options.RecheckPause, _time, cancellationToken);
            said = await ReadAllAsync(heads, last.Height + 1, cancellationToken);
        }
    }

    private async Task ReconcileAsync(
        List<(IWatchedNode Reader, long Height)> heads, ChainPosition position, CancellationToken cancellationToken)
    {
        try
        {
            var nodes = heads.Where(head => head.Height >= position.Height).Take(_agreement);
            await _reconciler.VisitAsync([.. nodes.Select(head => head.Reader)], position.Height, cancellationToken);
        }
        catch (RpcException failure)
        {
            Log.NotCompared(_log, position.Height, failure.Message);
        }
    }

#if MUTANTS
    private static async Task<long> BestAsync(IWatchedNode reader, CancellationToken cancellationToken)
    {
        var best = await reader.HeadAsync(cancellationToken);
        while (await reader.HashAsync(best + 1, cancellationToken) is not null)
        {
            best++;
        }

        return best;
    }
#endif

    private Task HaltAsync(long height, string reason, CancellationToken cancellationToken) =>
        _sink.HaltAsync(_genesis, height, reason, cancellationToken);

    private void Tell(string? halt)
    {
        if (halt is not null && Halt is null)
        {
            Log.Halted(_log, halt);
        }
        else if (halt is null && Halt is not null)
        {
            Log.Lifted(_log);
        }

        Halt = halt;
    }
}
