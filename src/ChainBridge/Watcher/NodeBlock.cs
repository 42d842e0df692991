using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;

namespace Gateway.ChainBridge.Watcher;

/// <summary>What one node says of a block.</summary>
/// <param name="Height">The number it was asked for.</param>
/// <param name="Hash">The hash it gave for that number.</param>
/// <param name="Header">The header it gave for that hash; null where it has no such block.</param>
/// <param name="Events">System.Events after the block, as stored; empty where nothing is.</param>
/// <param name="Moment">Timestamp.Now after the block, as stored.</param>
/// <param name="Runtime">The runtime of the block's parent, by this node's own word.</param>
internal sealed record NodeBlock(
    long Height, Hash256 Hash, BlockHeader? Header, byte[] Events, byte[] Moment, RuntimeContext? Runtime)
{
    /// <summary>BLAKE2b-256 of the events.</summary>
    public Hash256 EventsHash { get; } = Hash256.Of(Events);
}
