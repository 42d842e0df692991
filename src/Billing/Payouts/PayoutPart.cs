using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Where a payout's rao comes from.</summary>
/// <param name="Source">A lot's id, or a miner's account.</param>
/// <param name="Amount">Rao of it.</param>
/// <param name="Credit">Credit of it; zero for miners.</param>
public sealed record PayoutPart(string Source, Rao Amount, NanoUsd Credit);
