using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Rpc;

/// <summary>A block as a node gave it.</summary>
/// <param name="Header">Its header; the caller compares the hash.</param>
/// <param name="Extrinsics">Its extrinsics, each with its length in front, in order.</param>
internal sealed record Block(BlockHeader Header, ImmutableArray<byte[]> Extrinsics);
