namespace Gateway.Core;

/// <summary>An amount of TAO in rao, 1e-9 TAO, as the chain counts it. Unsigned there, kept as a signed 64-bit integer
/// here, so that a claim can be negative in the books.</summary>
/// <param name="Value">Rao; the default is zero.</param>
public readonly record struct Rao(long Value) : IComparable<Rao>
{
    /// <summary>Nothing.</summary>
    public static Rao Zero => default;

    /// <summary>Adds two amounts; throws <see cref="OverflowException"/> beyond 64 bits.</summary>
    public static Rao operator +(Rao left, Rao right) => new(checked(left.Value + right.Value));

    /// <summary>Subtracts; the result may be negative.</summary>
    public static Rao operator -(Rao left, Rao right) => new(checked(left.Value - right.Value));

    /// <summary>The same amount on the other side of the books.</summary>
    public static Rao operator -(Rao amount) => new(checked(-amount.Value));

    /// <summary>Compares amounts.</summary>
    public static bool operator <(Rao left, Rao right) => left.Value < right.Value;

    /// <summary>Compares amounts.</summary>
    public static bool operator >(Rao left, Rao right) => left.Value > right.Value;

    /// <summary>Compares amounts.</summary>
    public static bool operator <=(Rao left, Rao right) => left.Value <= right.Value;

    /// <summary>Compares amounts.</summary>
    public static bool operator >=(Rao left, Rao right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Rao other) => Value.CompareTo(other.Value);

    /// <summary>The exact amount in TAO, such as <c>0.01989</c>.</summary>
    public string ToTao() => FixedPoint.Format(Value, 9);

    /// <inheritdoc/>
    public override string ToString() => $"{Value} rao";
}
