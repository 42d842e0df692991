using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;
using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Watcher;

/// <summary>Compares what lies on our addresses with what the books say, at one finalized block. A balance is what
/// enough nodes say and no others contradict in as great a number; a difference is acted upon when it was there, and
/// the same, some blocks before.</summary>
internal sealed partial class Reconciler(
    string genesis, IBlockSink sink, int agreement, WatcherOptions options, ILogger log)
{
    private Dictionary<string, Rao> _suspected = [];
    private int _differed;

    // Of the genesis there is nothing to compare: it has no parent to read its state by.
    private long _next = 1;

    /// <summary>Compares when it is time to. What cannot be compared is tried again some blocks later.</summary>
    /// <param name="nodes">All nodes that have the block.</param>
    /// <param name="height">The last block taken in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task VisitAsync(
        IReadOnlyList<IWatchedNode> nodes, long height, CancellationToken cancellationToken)
    {
        if (height < _next || await sink.HoldingsAsync(genesis, cancellationToken) is not { } holdings)
        {
            return;
        }

        _next = height + options.ReconcileAgain;
        var said = await AskAsync(nodes, holdings, cancellationToken);
        if (said.Count < agreement)
        {
            Log.NotCompared(log, holdings.Position.Height, said.Count, agreement);
        }
        else if (Agreed(said, holdings) is { } free)
        {
            _differed = 0;
            await JudgeAsync(said[0].Node, holdings, free, cancellationToken);
            _next = height + (_suspected.Count > 0 ? options.ReconcileAgain : options.ReconcileEvery);
        }
        else if (_differed++ >= options.Rechecks)
        {
            // Nobody can say any more whether what the books promise is there.
            await sink.ShortfallAsync(
                genesis,
                holdings.Position.Height,
                "Nodes differ on what deposit addresses hold: the log names them. Find out which is wrong.",
                cancellationToken);
        }
    }

    private async Task JudgeAsync(
        IWatchedNode node, SinkHoldings holdings, Rao[] free, CancellationToken cancellationToken)
    {
        var differences = holdings.Amounts.Zip(free)
            .Where(one => one.First.Value != one.Second)
            .ToDictionary(one => one.First.Key, one => one.Second - one.First.Value);
        var lasting = differences.Where(pair =>
            _suspected.TryGetValue(pair.Key, out var before) && before == pair.Value).ToList();

        // A surplus stays suspected until the books have it: they refuse it when they have moved on meanwhile.
        _suspected = differences.Except(lasting.Where(pair => pair.Value < Rao.Zero)).ToDictionary();
        await ActAsync(node, holdings.Position, lasting, cancellationToken);
    }

    private async Task ActAsync(
        IWatchedNode node,
        ChainPosition at,
        List<KeyValuePair<string, Rao>> lasting,
        CancellationToken cancellationToken)
    {
        var missing = lasting.Where(pair => pair.Value < Rao.Zero).ToList();
        if (missing.Count > 0)
        {
            var total = missing.Aggregate(Rao.Zero, (sum, pair) => sum - pair.Value);
            Log.Shortfall(log, total.Value, missing.Count, at.Height);
            await sink.ShortfallAsync(
                genesis,
                at.Height,
                $"{missing.Count} deposit addresses hold {total} less than the books say, the first {missing[0].Key}.",
                cancellationToken);
        }

        foreach (var (address, surplus) in lasting.Where(pair => pair.Value > Rao.Zero))
        {
            if (await TimeAsync(node, at, cancellationToken) is { } time)
            {
                Log.Surplus(log, address, surplus.Value, at.Height);
                await sink.SurplusAsync(genesis, at, address, surplus, time, cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<(IWatchedNode Node, Rao[] Free)>> AskAsync(
        IReadOnlyList<IWatchedNode> nodes, SinkHoldings holdings, CancellationToken cancellationToken)
    {
        _ = Hash256.TryParse(holdings.Position.Hash, out var at);
        var answers = await Task.WhenAll(nodes.Select(node => FreeAsync(node, holdings, at, cancellationToken)));
        return [.. nodes.Zip(answers).Where(one => one.Second is not null).Select(one => (one.First, one.Second!))];
    }

    // Null when the node cannot answer in full.
    private async Task<Rao[]?> FreeAsync(
        IWatchedNode node, SinkHoldings holdings, Hash256 at, CancellationToken cancellationToken)
    {
        var free = new List<Rao>(holdings.Amounts.Count);
        try
        {
            foreach (var page in holdings.Amounts.Select(pair => pair.Key).Chunk(NodeApi.MaximumKeys))
            {
                free.AddRange(await node.FreeAsync(page, at, cancellationToken));
            }
        }
        catch (RpcException failure)
        {
            Log.Silent(log, node.Address, failure.Message);
            return null;
        }

        return free.Count == holdings.Amounts.Count ? [.. free] : null;
    }

    // What each address holds; null when of one of them nodes enough say one thing, and as many another, or too few.
    private Rao[]? Agreed(IReadOnlyList<(IWatchedNode Node, Rao[] Free)> said, SinkHoldings holdings)
    {
        var agreed = new Rao[holdings.Amounts.Count];
        var (isAgreed, differing) = (true, 0);
        for (var i = 0; i < agreed.Length; i++)
        {
            var place = i;
            var words = said.GroupBy(one => one.Free[place]).OrderByDescending(word => word.Count()).ToList();
            if (words.Count > 1 && differing++ == 0)
            {
                Log.Differ(log, holdings.Amounts[i].Key, holdings.Position.Height, string.Join("; ", words.Select(
                    word => $"{string.Join(", ", word.Select(one => one.Node.Address))}: {word.Key}")));
            }

            agreed[i] = words[0].Key;
            isAgreed &= words[0].Count() >= agreement && words.Count(word => word.Count() >= agreement) == 1;
        }

        return isAgreed ? agreed : null;
    }

    // Null when the node is gone meanwhile; the surplus is found again.
    private async Task<DateTimeOffset?> TimeAsync(
        IWatchedNode node, ChainPosition at, CancellationToken cancellationToken)
    {
        try
        {
            return BlockJudge.TimeOf(await node.ReadAsync(at.Height, cancellationToken));
        }
        catch (Exception failure) when (failure is RpcException or Scale.ScaleException)
        {
            Log.Silent(log, node.Address, failure.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3140, LogLevel.Critical,
            "{Rao} rao are missing on {Count} deposit addresses at block {Height}: nothing is paid any more")]
        public static partial void Shortfall(ILogger logger, long rao, int count, long height);

        [LoggerMessage(3141, LogLevel.Error,
            "{Address} holds {Rao} rao more than the books say at block {Height}: kept in quarantine")]
        public static partial void Surplus(ILogger logger, string address, long rao, long height);

        [LoggerMessage(3142, LogLevel.Warning,
            "Balances were not compared at block {Height}: {Count} nodes answered, and {Wanted} must agree")]
        public static partial void NotCompared(ILogger logger, long height, int count, int wanted);

        [LoggerMessage(3143, LogLevel.Error,
            "Nodes differ on what {Address}, or more, holds at block {Height}: {Words}")]
        public static partial void Differ(ILogger logger, string address, long height, string words);

        [LoggerMessage(3144, LogLevel.Warning, "{Node} was not asked for balances: {Reason}")]
        public static partial void Silent(ILogger logger, Uri node, string reason);
    }
}
