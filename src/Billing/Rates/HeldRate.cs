using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A sample that jumped and waits for a person.</summary>
/// <param name="Sample">Its number.</param>
/// <param name="Rate">TAO's price in it.</param>
/// <param name="At">When it was taken.</param>
public sealed record HeldRate(long Sample, FxRate Rate, DateTimeOffset At);
