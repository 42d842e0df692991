using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Submission;

/// <summary>Looks for a transaction in finalized blocks, further with each call. For one caller at a time.</summary>
/// <param name="node">Whose blocks.</param>
/// <param name="runtimes">Reads their events.</param>
/// <param name="transaction">Its hash.</param>
/// <param name="bornAt">The finalized block it was signed at; it can stand in no earlier one.</param>
/// <param name="last">The last block it is valid for.</param>
internal sealed class TransactionSearch(
    NodeApi node, RuntimeSource runtimes, Hash256 transaction, uint bornAt, uint last)
{
    private readonly FinalizedChain _chain = new(node, bornAt + 1);
    private (Hash256 Hash, Block Block, int Index)? _found;

    /// <summary>The last block that was looked through.</summary>
    public uint Seen => _chain.Next - 1;

    /// <summary>Looks through all blocks that became final; null while its fate is open. After a failure it is asked
    /// again: what was found stays found, for a transaction whose events could not be read must never be taken for one
    /// that expired.</summary>
    /// <exception cref="RpcException">No answer, or one that contradicts itself.</exception>
    /// <exception cref="RuntimeDriftException">The block's events cannot be judged.</exception>
    public async Task<TransactionFate?> AdvanceAsync(CancellationToken cancellationToken)
    {
        _found ??= await SearchAsync(cancellationToken);
        if (_found is var (hash, block, index))
        {
            var events = await EventsAsync(hash, block, cancellationToken);
            return Fate(hash, block, index, events);
        }

        return _chain.Next > last ? new TransactionFate.Expired(last) : null;
    }

    private static TransactionFate.Included Fate(
        Hash256 hash, Block block, int index, (RuntimeMetadata Metadata, List<ChainEvent> All) events)
    {
        var outcome = DispatchOutcome.Of(events.Metadata, events.All, (uint)index);
        return new TransactionFate.Included(hash, block.Header.Number, index, outcome)
        {
            Events = [.. events.All.Where(one => one.Extrinsic == (uint)index)],
        };
    }

    private async Task<(Hash256 Hash, Block Block, int Index)?> SearchAsync(CancellationToken cancellationToken)
    {
        for (var head = await _chain.HeadAsync(cancellationToken); _chain.Next <= Math.Min(head, last);)
        {
            var (hash, block) = await _chain.TakeAsync(cancellationToken);
            if (Find(block) is { } index)
            {
                return (hash, block, index);
            }
        }

        return null;
    }

    private int? Find(Block block)
    {
        for (var i = 0; i < block.Extrinsics.Length; i++)
        {
            if (Hash256.Of(block.Extrinsics[i]) == transaction)
            {
                return i;
            }
        }

        return null;
    }

    // The runtime that made the events is the one after the parent: an upgrade takes effect with the next block.
    private async Task<(RuntimeMetadata Metadata, List<ChainEvent> All)> EventsAsync(
        Hash256 hash, Block block, CancellationToken cancellationToken)
    {
        var runtime = await runtimes.AtAsync(node, block.Header.Parent, cancellationToken);
        var key = StorageKeys.Of(runtime.Metadata, "System", "Events");
        var raw = await node.StorageAsync(key, hash, cancellationToken);
        try
        {
            return (runtime.Metadata, EventScan.ForAll(runtime.Metadata).Read(raw));
        }
        catch (ScaleException failure)
        {
            throw new RuntimeDriftException($"The events of block {block.Header.Number}: {failure.Message}.");
        }
    }
}
