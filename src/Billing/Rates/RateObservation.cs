using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What a source saw. A rate that is not above zero is ignored.</summary>
/// <param name="Rate">TAO's price.</param>
/// <param name="At">When the source says it was so, UTC.</param>
public readonly record struct RateObservation(FxRate Rate, DateTimeOffset At);
