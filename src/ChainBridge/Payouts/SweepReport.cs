using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

/// <summary>What one finalized extrinsic of a sweep cost. What it moved the watcher tells with the block, whoever
/// signed: see <see cref="WatchedSweep"/>.</summary>
/// <param name="Hash">The extrinsic's.</param>
/// <param name="Fees">What our accounts paid for it.</param>
public sealed record SweepReport(string Hash, IReadOnlyList<AccountAmount> Fees);

/// <summary>Rao of an account.</summary>
/// <param name="Address">SS58.</param>
/// <param name="Amount">Zero or more.</param>
public readonly record struct AccountAmount(string Address, Rao Amount);
