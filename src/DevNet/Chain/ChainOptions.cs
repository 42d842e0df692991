using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Chain;

/// <summary>What a simulated chain is made from.</summary>
internal sealed record ChainOptions
{
    /// <summary>Chains of different seeds are different chains.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Between two blocks; zero makes a block for each transaction, at once, and no others.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many blocks the last final one is behind the best.</summary>
    public uint FinalityLag { get; init; } = 2;

    /// <summary>The runtime a new chain begins with.</summary>
    public uint SpecVersion { get; init; } = RuntimeCatalog.Usual;

    /// <summary>How many final blocks keep their state.</summary>
    public uint KeptStates { get; init; } = 4096;

    /// <summary>Subnets that a new chain begins with beside the usual, empty ones.</summary>
    public IReadOnlyList<SubnetTerms> Subnets { get; init; } = [];

    /// <summary>Whether neurons may listen on 127.0.0.1 and ::1, which the network refuses.</summary>
    public bool AllowsLoopbackAxons { get; init; } = true;

    /// <summary>Where the chain is kept; null keeps it in memory only.</summary>
    public string? Folder { get; init; }
}
