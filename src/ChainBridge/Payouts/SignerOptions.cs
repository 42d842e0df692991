using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

/// <summary>What a signer does and does not.</summary>
public sealed record SignerOptions
{
    /// <summary>The folder of its own log.</summary>
    public required string Folder { get; init; }

    /// <summary>Where requests to move stake lie: the folder of a <see cref="Staking.StakeDesk"/>.</summary>
    public string StakeFolder => Path.Combine(Folder, "stakes");

    /// <summary>Who may approve refunds and moves of stake.</summary>
    public IReadOnlyList<Approver> Approvers { get; init; } = [];

    /// <summary>The most that refunds may take in any 24 hours.</summary>
    public Rao DailyRefunds { get; init; } = new(100_000_000_000);

    /// <summary>The most that miners' payouts may take in any 24 hours.</summary>
    public Rao DailyMiners { get; init; } = new(100_000_000_000);

    /// <summary>Hotkeys that stake may be put on, taken off and moved between; no others.</summary>
    public IReadOnlyList<string> StakeHotkeys { get; init; } = [];

    /// <summary>The most rao that may be staked in any 24 hours.</summary>
    public Rao DailyStakes { get; init; } = new(100_000_000_000);

    /// <summary>How long a hotkey's owner must have been the same before it is paid.</summary>
    public TimeSpan OwnerWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long an order rests that the chain filtered.</summary>
    public TimeSpan FilteredWait { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often the books and the chain are looked at.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Where sweeps go, and nothing else; null: nothing is swept.</summary>
    public string? Cold { get; init; }

    /// <summary>How often deposit addresses are swept.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromHours(6);

    /// <summary>What a deposit address must hold above the existential deposit to be swept.</summary>
    public Rao SweepFrom { get; init; } = new(10_000_000);

    /// <summary>Accounts of ours that no order may pay.</summary>
    public IReadOnlyList<string> OwnAccounts { get; init; } = [];

    /// <summary>Sends coins to a wallet of a simulated chain and returns the transfer's hash; null on real ones.
    /// </summary>
    public Func<string, Rao, string>? Faucet { get; init; }
}
