using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;

namespace Gateway.DevNet.Chain.Blocks;

/// <summary>A block and the state after it.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Extrinsics">Its extrinsics, length and body each.</param>
/// <param name="State">The state after it.</param>
/// <param name="Runtime">The runtime that stands in the state, which its children run under.</param>
/// <param name="Layout">The runtime it ran under, in whose layout its events and state are; another one only in the
/// block of an upgrade.</param>
/// <param name="Changes">What the block changed in the state.</param>
internal sealed record Block(
    BlockHeader Header,
    ImmutableArray<byte[]> Extrinsics,
    ChainState State,
    DevRuntime Runtime,
    DevRuntime Layout,
    ImmutableArray<KeyValuePair<byte[], byte[]?>> Changes)
{
    public Hash256 Hash { get; } = Header.Hash();

    public uint Number => Header.Number;
}
