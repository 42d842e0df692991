using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>The runtime a transaction is made for. A transaction signed for one is invalid in every other.</summary>
/// <param name="Metadata">Its layout.</param>
/// <param name="Genesis">The chain.</param>
/// <param name="SpecVersion">The runtime's version.</param>
/// <param name="TransactionVersion">The version of its transactions.</param>
internal sealed record RuntimeContext(
    RuntimeMetadata Metadata, Hash256 Genesis, uint SpecVersion, uint TransactionVersion);
