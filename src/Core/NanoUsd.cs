namespace Gateway.Core;

/// <summary>Credit in nano-USD, 1e-9 USD. All credit is counted in it; nothing smaller is ever owed.</summary>
/// <param name="Value">Nano-USD; the default is zero.</param>
public readonly record struct NanoUsd(long Value) : IComparable<NanoUsd>
{
    /// <summary>Decimal places of a USD amount that is a whole number of nano-USD.</summary>
    public const int Decimals = 9;

    /// <summary>Nothing.</summary>
    public static NanoUsd Zero => default;

    /// <summary>Adds two amounts; throws <see cref="OverflowException"/> beyond 64 bits.</summary>
    public static NanoUsd operator +(NanoUsd left, NanoUsd right) => new(checked(left.Value + right.Value));

    /// <summary>Subtracts; the result may be negative.</summary>
    public static NanoUsd operator -(NanoUsd left, NanoUsd right) => new(checked(left.Value - right.Value));

    /// <summary>The same amount on the other side of the books.</summary>
    public static NanoUsd operator -(NanoUsd amount) => new(checked(-amount.Value));

    /// <summary>Compares amounts.</summary>
    public static bool operator <(NanoUsd left, NanoUsd right) => left.Value < right.Value;

    /// <summary>Compares amounts.</summary>
    public static bool operator >(NanoUsd left, NanoUsd right) => left.Value > right.Value;

    /// <summary>Compares amounts.</summary>
    public static bool operator <=(NanoUsd left, NanoUsd right) => left.Value <= right.Value;

    /// <summary>Compares amounts.</summary>
    public static bool operator >=(NanoUsd left, NanoUsd right) => left.Value >= right.Value;

    /// <summary>The smaller of two amounts.</summary>
    public static NanoUsd Min(NanoUsd left, NanoUsd right) => left <= right ? left : right;

    /// <summary>The larger of two amounts.</summary>
    public static NanoUsd Max(NanoUsd left, NanoUsd right) => left >= right ? left : right;

    /// <summary>Reads a USD amount such as <c>0.002</c> or JavaScript's <c>1e-7</c> from its digits, never through a
    /// floating point number. At most nine decimals; zero or more.</summary>
    /// <returns>False when the text is not such an amount or does not fit.</returns>
    public static bool TryParseUsd(ReadOnlySpan<char> text, out NanoUsd amount)
    {
        var parsed = FixedPoint.TryParse(text, Decimals, out var value);
        amount = new(value);
        return parsed;
    }

    /// <inheritdoc/>
    public int CompareTo(NanoUsd other) => Value.CompareTo(other.Value);

    /// <summary>The exact amount in USD, without an exponent, such as <c>0.000123</c>; also a valid JSON
    /// number.</summary>
    public string ToUsd() => FixedPoint.Format(Value, Decimals);

    /// <inheritdoc/>
    public override string ToString() => $"{Value} nUSD";
}
