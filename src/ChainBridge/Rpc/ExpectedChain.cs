using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Rpc;

/// <summary>The chain that a node must serve.</summary>
/// <param name="Genesis">The hash of its block 0; null takes whatever the first connection finds, and holds to it.
/// </param>
/// <param name="SpecName">Its runtime's name; null takes any.</param>
internal sealed record ExpectedChain(Hash256? Genesis, string? SpecName)
{
    /// <summary>Holds the nodes of one chain to one genesis; null where a node stands alone.</summary>
    public GenesisPin? Pin { get; init; }

    /// <summary>What is wrong with a node's chain, or null.</summary>
    public string? Problem(ChainIdentity found)
    {
        if (Genesis is { } genesis && genesis != found.Genesis)
        {
            return $"its genesis is {found.Genesis}, not {genesis}";
        }

        if (SpecName is not null && SpecName != found.Runtime.SpecName)
        {
            return $"its runtime is {found.Runtime.SpecName}, not {SpecName}";
        }

        return Pin?.Take(found.Genesis) is { } pinned && pinned != found.Genesis
            ? $"its genesis is {found.Genesis}, not {pinned} as another node's"
            : null;
    }
}
