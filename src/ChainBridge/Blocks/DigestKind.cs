namespace Gateway.ChainBridge.Blocks;

/// <summary>Kinds of <see cref="DigestItem"/>, by their number on the chain.</summary>
internal enum DigestKind
{
    Other = 0,
    Consensus = 4,
    Seal = 5,
    PreRuntime = 6,
    RuntimeUpdated = 8,
}
