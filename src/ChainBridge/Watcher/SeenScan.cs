using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Watcher;

/// <summary>What the newest blocks of one node would bring, for showing: they may vanish, and nobody is credited by
/// them. One caller at a time; the result may be read by many.</summary>
internal sealed class SeenScan(AddressLookup addresses, Func<BlockJudge?> judge)
{
    // What is read at once; blocks that were read stay known while finality is behind, up to the second.
    private const int MostRead = 64;
    private const int Deepest = 4096;

    private readonly Dictionary<Hash256, (BlockHeader Header, SeenTransfer[] Transfers)> _blocks = [];
    private readonly Dictionary<NodeApi, NodeReader> _readers = [];
    private SeenTransfer[] _seen = [];
    private long _best;

    /// <summary>Transfers of the newest blocks, the oldest first.</summary>
    public IReadOnlyList<SeenTransfer> Current => Volatile.Read(ref _seen);

    /// <summary>The best block's number.</summary>
    public long Best => Volatile.Read(ref _best);

    /// <summary>Walks down from a new best block to the last one that is taken in.</summary>
    public async Task FollowAsync(NodeApi node, BlockHeader best, long takenIn, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _best, best.Number);
        if (judge() is not { } reads)
        {
            return;
        }

        try
        {
            await addresses.RefreshAsync(cancellationToken);
            await WalkAsync(ReaderOf(node), best, takenIn, reads, cancellationToken);
        }
        catch (Exception failure) when (failure is RpcException or ScaleException or RuntimeDriftException)
        {
            // Shown a block later; what is wrong for good halts the watcher.
        }
    }

    private async Task WalkAsync(
        NodeReader reader, BlockHeader best, long takenIn, BlockJudge reads, CancellationToken cancellationToken)
    {
        var seen = new List<SeenTransfer>();
        var walked = new HashSet<Hash256>();
        var (header, read) = (best, 0);
        for (var depth = 0; depth < Deepest && header.Number > takenIn; depth++)
        {
            var hash = header.Hash();
            _ = walked.Add(hash);
            if (!_blocks.TryGetValue(hash, out var block))
            {
                if (read++ == MostRead)
                {
                    break;
                }

                block = (header, await ReadAsync(reader, hash, header, reads, cancellationToken));
                _blocks[hash] = block;
            }

            seen.InsertRange(0, block.Transfers);
            if (_blocks.TryGetValue(header.Parent, out var parent))
            {
                header = parent.Header;
            }
            else if (await reader.Node.HeaderAsync(header.Parent, cancellationToken) is { } below)
            {
                header = below;
            }
            else
            {
                break;
            }
        }

        foreach (var old in _blocks.Keys.Where(hash => !walked.Contains(hash)).ToList())
        {
            _ = _blocks.Remove(old);
        }

        Volatile.Write(ref _seen, [.. seen]);
    }

    private static async Task<SeenTransfer[]> ReadAsync(
        NodeReader reader, Hash256 hash, BlockHeader header, BlockJudge reads, CancellationToken cancellationToken)
    {
        var block = reads.Read(await reader.ReadAsync(header.Number, hash, header, cancellationToken));
        return [.. block.Transfers.Select(
            transfer => new SeenTransfer(header.Number, hash.ToString(), block.Time, transfer))];
    }

    private NodeReader ReaderOf(NodeApi node)
    {
        if (!_readers.TryGetValue(node, out var reader))
        {
            reader = new NodeReader(node);
            _readers[node] = reader;
        }

        return reader;
    }
}
