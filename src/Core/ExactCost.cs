namespace Gateway.Core;

/// <summary>A cost in pico-USD before its one rounding. Parts add exactly; <see cref="ToCharge"/> floors and
/// <see cref="ToHold"/> ceils, once, at the end.</summary>
/// <param name="PicoUsd">Pico-USD, 128 bits.</param>
public readonly record struct ExactCost(Int128 PicoUsd)
{
    private const int PicoPerNano = 1000;

    /// <summary>No cost.</summary>
    public static ExactCost Zero => default;

    /// <summary>Adds two costs exactly.</summary>
    public static ExactCost operator +(ExactCost left, ExactCost right) => new(checked(left.PicoUsd + right.PicoUsd));

    /// <summary>What the caller pays: rounded down. Throws <see cref="OverflowException"/> beyond 64 bits.</summary>
    public NanoUsd ToCharge() => new(checked((long)(PicoUsd / PicoPerNano)));

    /// <summary>What must be set aside: rounded up. Throws <see cref="OverflowException"/> beyond 64 bits.</summary>
    public NanoUsd ToHold() => new(checked((long)((PicoUsd + PicoPerNano - 1) / PicoPerNano)));
}
