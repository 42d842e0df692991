using Gateway.Core;

namespace Gateway.DevNet;

/// <summary>What a simulated network is made from.</summary>
/// <param name="Seed">All simulated behaviour follows from it: hotkeys, faults, delays, slips. Any value.</param>
/// <param name="PermittedCallers">The hotkeys whose signed requests the miners answer; all others get 401.</param>
public sealed record DevNetOptions(int Seed, IReadOnlyList<Hotkey> PermittedCallers)
{
    /// <summary>Between two blocks of the simulated chain. Zero makes a block for each transaction, at once, and no
    /// others.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where the chain's first port listens on loopback; 0 for a free port. The second port is always a free
    /// one.</summary>
    public int ChainPort { get; init; }

    /// <summary>Whether the chain lets neurons listen on 127.0.0.1 and ::1, which the network does not. Without it the
    /// simulated miners are registered and cannot be reached.</summary>
    public bool AllowsLoopbackAxons { get; init; } = true;

    /// <summary>Where the chain is kept, so that its genesis and heights survive; null keeps it in memory.</summary>
    public string? ChainFolder { get; init; }
}
