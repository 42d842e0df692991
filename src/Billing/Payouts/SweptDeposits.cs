using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What one finalized sweep moved.</summary>
/// <param name="Extrinsic">The hash of the extrinsic that moved it.</param>
/// <param name="Cold">Where to.</param>
/// <param name="Legs">From which deposit addresses, and how much of each.</param>
/// <param name="Fees">What our signatories paid for it.</param>
public sealed record SweptDeposits(
    string Extrinsic, string Cold, IReadOnlyList<SweptAmount> Legs, IReadOnlyList<SweptAmount> Fees);

/// <summary>Rao of one address.</summary>
/// <param name="Address">SS58.</param>
/// <param name="Amount">Zero or more.</param>
public readonly record struct SweptAmount(string Address, Rao Amount);
