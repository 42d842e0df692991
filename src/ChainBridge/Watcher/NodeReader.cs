using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;

namespace Gateway.ChainBridge.Watcher;

/// <summary>Reads finalized blocks from one node and keeps that node's own metadata: what another node says of a
/// runtime is compared, never borrowed.</summary>
internal sealed class NodeReader(NodeApi node)
{
    private static readonly byte[] EventsKey = StorageKeys.Prefix("System", "Events");
    private static readonly byte[] MomentKey = StorageKeys.Prefix("Timestamp", "Now");

    public NodeApi Node => node;

    /// <summary>The runtimes by this node's word.</summary>
    public RuntimeSource Runtimes { get; } = new();

    /// <summary>The height of the newest finalized block.</summary>
    /// <exception cref="RpcException">No answer, or one that contradicts itself.</exception>
    public async Task<long> HeadAsync(CancellationToken cancellationToken)
    {
        var hash = await node.FinalizedHeadAsync(cancellationToken);
        var header = await node.HeaderAsync(hash, cancellationToken);
        return header is not null && header.Hash() == hash
            ? header.Number
            : throw new RpcException(RpcFault.Garbage, "The finalized head is another block than the node says.");
    }

    /// <summary>The hash of the best chain's block at a height; null where the node has none.</summary>
    public Task<Hash256?> HashAsync(long height, CancellationToken cancellationToken) =>
        node.BlockHashAsync(checked((uint)height), cancellationToken);

    /// <summary>A block by its number. Nothing of it is checked here.</summary>
    /// <exception cref="RpcException">No answer, or the node has not the block or its state.</exception>
    public async Task<NodeBlock> ReadAsync(long height, CancellationToken cancellationToken)
    {
        var hash = await HashAsync(height, cancellationToken)
            ?? throw new RpcException(RpcFault.Refused, $"The node has no block {height}.");
        return await node.HeaderAsync(hash, cancellationToken) is { } header
            ? await ReadAsync(height, hash, header, cancellationToken)
            : new NodeBlock(height, hash, Header: null, [], [], Runtime: null);
    }

    /// <summary>A block of which the header is known, final or not.</summary>
    /// <exception cref="RpcException">No answer, or the node has not the block's state.</exception>
    public async Task<NodeBlock> ReadAsync(
        long height, Hash256 hash, BlockHeader header, CancellationToken cancellationToken)
    {
        var state = node.StorageAsync([EventsKey, MomentKey], hash, cancellationToken);
        var runtime = Runtimes.AtAsync(node, header.Parent, cancellationToken);
        await Task.WhenAll(state, runtime);
        var values = await state;
        return new NodeBlock(height, hash, header, values[0] ?? [], values[1] ?? [], await runtime);
    }
}
