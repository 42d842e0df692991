using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;
using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Watcher;

/// <summary>Compares what lies on our addresses with what the books say, at one finalized block. A difference is acted
/// upon when it was there, and the same, some blocks before.</summary>
internal sealed partial class Reconciler(string genesis, IBlockSink sink, WatcherOptions options, ILogger log)
{
    private Dictionary<string, Rao> _suspected = [];

    // Of the genesis there is nothing to compare: it has no parent to read its state by.
    private long _next = 1;

    /// <summary>Compares when it is time to.</summary>
    /// <param name="nodes">Nodes that must all say the same.</param>
    /// <param name="height">The last block taken in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">A node did not answer, or has not the state any more.</exception>
    public async Task VisitAsync(IReadOnlyList<IWatchedNode> nodes, long height, CancellationToken cancellationToken)
    {
        if (height < _next || nodes.Count == 0)
        {
            return;
        }

        if (await sink.HoldingsAsync(genesis, cancellationToken) is { } holdings)
        {
            var differences = await CompareAsync(nodes, holdings, cancellationToken);
            var lasting = differences.Where(pair =>
                _suspected.TryGetValue(pair.Key, out var before) && before == pair.Value).ToList();
            await ActAsync(nodes[0], holdings.Position, lasting, cancellationToken);
            _suspected = differences.Except(lasting).ToDictionary();
        }

        _next = height + (_suspected.Count > 0 ? options.ReconcileAgain : options.ReconcileEvery);
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
            var time = await TimeAsync(node, at, cancellationToken);
            Log.Surplus(log, address, surplus.Value, at.Height);
            await sink.SurplusAsync(genesis, at, address, surplus, time, cancellationToken);
        }
    }

    private static async Task<Dictionary<string, Rao>> CompareAsync(
        IReadOnlyList<IWatchedNode> nodes, SinkHoldings holdings, CancellationToken cancellationToken)
    {
        var differences = new Dictionary<string, Rao>();
        _ = Hash256.TryParse(holdings.Position.Hash, out var at);
        foreach (var page in holdings.Amounts.Chunk(NodeApi.MaximumKeys))
        {
            var addresses = page.Select(pair => pair.Key).ToList();
            var said = await Task.WhenAll(nodes.Select(node => node.FreeAsync(addresses, at, cancellationToken)));
            for (var i = 0; i < page.Length; i++)
            {
                var free = said[0][i];
                if (said.Any(one => one[i] != free))
                {
                    throw new RpcException(RpcFault.Garbage, $"Nodes differ on what {page[i].Key} holds.");
                }

                if (free != page[i].Value)
                {
                    differences[page[i].Key] = free - page[i].Value;
                }
            }
        }

        return differences;
    }

    private static async Task<DateTimeOffset> TimeAsync(
        IWatchedNode node, ChainPosition at, CancellationToken cancellationToken)
    {
        var block = await node.ReadAsync(at.Height, cancellationToken);
        return BlockJudge.TimeOf(block);
    }

    private static partial class Log
    {
        [LoggerMessage(3140, LogLevel.Critical,
            "{Rao} rao are missing on {Count} deposit addresses at block {Height}: nothing is paid any more")]
        public static partial void Shortfall(ILogger logger, long rao, int count, long height);

        [LoggerMessage(3141, LogLevel.Error,
            "{Address} holds {Rao} rao more than the books say at block {Height}: kept in quarantine")]
        public static partial void Surplus(ILogger logger, string address, long rao, long height);
    }
}
