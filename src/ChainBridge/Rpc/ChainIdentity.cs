using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Which chain a node serves.</summary>
/// <param name="Genesis">The hash of block 0.</param>
/// <param name="Name">What the node calls the chain, such as Bittensor; for people only.</param>
/// <param name="Runtime">The runtime at the best block when the connection was made.</param>
internal sealed record ChainIdentity(Hash256 Genesis, string Name, RuntimeVersion Runtime);
