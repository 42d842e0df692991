using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What one finalized extrinsic of a sweep cost us. What it moved is booked with its block
/// (<see cref="BlockSweep"/>).</summary>
/// <param name="Extrinsic">Its hash.</param>
/// <param name="Fees">What our signatories paid for it.</param>
public sealed record SweptDeposits(string Extrinsic, IReadOnlyList<SweptAmount> Fees);

/// <summary>Rao of one address.</summary>
/// <param name="Address">SS58.</param>
/// <param name="Amount">Zero or more.</param>
public readonly record struct SweptAmount(string Address, Rao Amount);
