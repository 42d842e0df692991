using Gateway.Core;

namespace Gateway.Billing;

/// <summary>An organisation's credit at one moment. Credited = spent + available + held + refunding +
/// refunded.</summary>
/// <param name="Credited">All credit ever added.</param>
/// <param name="Spent">Charged so far.</param>
/// <param name="Available">Neither spent nor held.</param>
/// <param name="Held">Set aside for running requests.</param>
/// <param name="Pending">Of deposits that are final on the chain and not credited yet; they are credited at once, so
/// zero.</param>
public sealed record Balance(NanoUsd Credited, NanoUsd Spent, NanoUsd Available, NanoUsd Held, NanoUsd Pending)
{
    /// <summary>Set aside for refunds that are not paid yet.</summary>
    public NanoUsd Refunding { get; init; }

    /// <summary>Paid back on the chain.</summary>
    public NanoUsd Refunded { get; init; }

    internal static Balance Empty { get; } = new(default, default, default, default, default);
}
