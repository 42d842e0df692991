namespace Gateway.ChainBridge;

/// <summary>Which chain is talked to, and through which nodes.</summary>
/// <param name="Endpoints"><c>ws://</c> or <c>wss://</c>, the preferred one first; at least one.</param>
public sealed record ChainOptions(IReadOnlyList<Uri> Endpoints)
{
    /// <summary>The hash of block 0, <c>0x</c> and 64 hex digits: nodes of other chains are refused. Null takes what
    /// the first node that answers has, and holds all others to it.</summary>
    public string? Genesis { get; init; }

    /// <summary>The runtime's name, such as node-subtensor; null takes any.</summary>
    public string? SpecName { get; init; }

    /// <summary>How many nodes must agree on a block before money is credited for it, 1 or more.</summary>
    public int RequireAgreement { get; init; } = 2;
}
