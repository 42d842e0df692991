using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Submission;
using Gateway.Core;

namespace Gateway.ChainBridge.Watcher;

/// <summary>Reads finalized blocks from one node and keeps that node's own metadata: what another node says of a
/// runtime is compared, never borrowed.</summary>
internal sealed class NodeReader(NodeApi node) : IWatchedNode
{
    private static readonly byte[] EventsKey = StorageKeys.Prefix("System", "Events");
    private static readonly byte[] MomentKey = StorageKeys.Prefix("Timestamp", "Now");

    private readonly RuntimeSource _runtimes = new();

    public NodeApi Node => node;

    /// <inheritdoc/>
    public Uri Address => node.Endpoint.Address;

    /// <inheritdoc/>
    public bool IsConnected => node.Endpoint.IsConnected;

    /// <inheritdoc/>
    public async Task<long> HeadAsync(CancellationToken cancellationToken)
    {
        var hash = await node.FinalizedHeadAsync(cancellationToken);
        var header = await node.HeaderAsync(hash, cancellationToken);
        return header is not null && header.Hash() == hash
            ? header.Number
            : throw new RpcException(RpcFault.Garbage, "The finalized head is another block than the node says.");
    }

    /// <inheritdoc/>
    public Task<Hash256?> HashAsync(long height, CancellationToken cancellationToken) =>
        node.BlockHashAsync(checked((uint)height), cancellationToken);

    /// <inheritdoc/>
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
        var runtime = _runtimes.AtAsync(node, header.Parent, cancellationToken);
        await Task.WhenAll(state, runtime);
        var values = await state;
        return new NodeBlock(height, hash, header, values[0] ?? [], values[1] ?? [], await runtime);
    }

    /// <inheritdoc/>
    public async Task<Rao[]> FreeAsync(
        IReadOnlyList<string> addresses, Hash256 at, CancellationToken cancellationToken)
    {
        // The block of an upgrade still leaves its state in the old layout, as its events.
        var header = await node.HeaderAsync(at, cancellationToken)
            ?? throw new RpcException(RpcFault.Refused, $"The node has no block {at}.");
        var runtime = await _runtimes.AtAsync(node, header.Parent, cancellationToken);
        var keys = addresses.Select(address => KeyOf(runtime.Metadata, address)).ToList();
        var stored = await node.StorageAsync(keys, at, cancellationToken);
        try
        {
            return [.. stored.Select(bytes => AccountState.Decode(runtime.Metadata, bytes).Free)];
        }
        catch (ScaleException failure)
        {
            throw new RpcException(RpcFault.Garbage, failure.Message, 0, failure);
        }
    }

    private static byte[] KeyOf(RuntimeMetadata metadata, string address)
    {
        Span<byte> account = stackalloc byte[Ss58.AccountLength];
        _ = Ss58.TryDecode(address, account);
        return StorageKeys.Of(metadata, "System", "Account", ScaleValue.Of(account));
    }
}
