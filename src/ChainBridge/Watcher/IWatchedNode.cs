using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;
using Gateway.Core;

namespace Gateway.ChainBridge.Watcher;

/// <summary>A node as the watcher asks it. Every question raises <see cref="RpcException"/> when there is no answer;
/// nothing that it says is believed without others and without the block's own hash.</summary>
internal interface IWatchedNode
{
    public Uri Address { get; }

    public bool IsConnected { get; }

    /// <summary>The height of the newest finalized block.</summary>
    public Task<long> HeadAsync(CancellationToken cancellationToken);

    /// <summary>The hash of the best chain's block at a height; null where the node has none.</summary>
    public Task<Hash256?> HashAsync(long height, CancellationToken cancellationToken);

    /// <summary>A block by its number.</summary>
    public Task<NodeBlock> ReadAsync(long height, CancellationToken cancellationToken);

    /// <summary>What accounts hold after a block, in their order.</summary>
    /// <param name="addresses">SS58, at most <see cref="NodeApi.MaximumKeys"/>.</param>
    /// <param name="at">The block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Rao[]> FreeAsync(IReadOnlyList<string> addresses, Hash256 at, CancellationToken cancellationToken);
}
