using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

/// <summary>What one finalized sweep moved.</summary>
/// <param name="Hash">Of the extrinsic that moved it.</param>
/// <param name="Cold">Where to.</param>
/// <param name="Legs">From where, and how much.</param>
/// <param name="Fees">What our accounts paid for it.</param>
public sealed record SweepReport(
    string Hash, string Cold, IReadOnlyList<AccountAmount> Legs, IReadOnlyList<AccountAmount> Fees);

/// <summary>Rao of an account.</summary>
/// <param name="Address">SS58.</param>
/// <param name="Amount">Zero or more.</param>
public readonly record struct AccountAmount(string Address, Rao Amount);
