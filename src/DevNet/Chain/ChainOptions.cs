using Gateway.DevNet.Chain.Runtime;

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

    /// <summary>Where the chain is kept; null keeps it in memory only.</summary>
    public string? Folder { get; init; }
}
