using System.Numerics;

namespace Gateway.DevNet.Brain;

/// <summary>An exact fraction in lowest terms with a positive denominator.</summary>
internal readonly record struct Rational
{
    private readonly BigInteger _denominator;

    internal Rational(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        _denominator = denominator / divisor;
    }

    internal BigInteger Numerator { get; }

    // The default value is zero, and zero needs a denominator.
    internal BigInteger Denominator => _denominator.IsZero ? BigInteger.One : _denominator;

    internal bool IsInteger => Denominator.IsOne;

    internal bool IsZero => Numerator.IsZero;

    /// <summary>Bits of the larger of the two parts.</summary>
    internal long Bits => Math.Max(Numerator.GetBitLength(), Denominator.GetBitLength());

    public static implicit operator Rational(int value) => new(value, BigInteger.One);

    public static Rational operator +(Rational left, Rational right) => new(
        (left.Numerator * right.Denominator) + (right.Numerator * left.Denominator),
        left.Denominator * right.Denominator);

    public static Rational operator -(Rational value) => new(-value.Numerator, value.Denominator);

    public static Rational operator -(Rational left, Rational right) => left + -right;

    public static Rational operator *(Rational left, Rational right) =>
        new(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    /// <summary>Divides; the caller has refused a zero divisor.</summary>
    public static Rational operator /(Rational left, Rational right) =>
        new(left.Numerator * right.Denominator, left.Denominator * right.Numerator);

    /// <summary>The largest integer that is not above this.</summary>
    internal BigInteger Floor()
    {
        var quotient = BigInteger.DivRem(Numerator, Denominator, out var rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }

    /// <summary>Raises to an integer power; the caller has bounded the size and refused a negative power of
    /// zero.</summary>
    internal Rational Pow(int exponent) => exponent >= 0
        ? new(BigInteger.Pow(Numerator, exponent), BigInteger.Pow(Denominator, exponent))
        : new(BigInteger.Pow(Denominator, -exponent), BigInteger.Pow(Numerator, -exponent));

    /// <summary>The exact root of a perfect power; false when there is none.</summary>
    internal bool TryRoot(int degree, out Rational root)
    {
        var top = IntegerRoot(BigInteger.Abs(Numerator), degree);
        var bottom = IntegerRoot(Denominator, degree);
        root = new Rational(Numerator.Sign < 0 ? -top : top, bottom);
        return root.Pow(degree) == this;
    }

    // Newton's iteration from above; it descends strictly until the floor of the root.
    private static BigInteger IntegerRoot(BigInteger value, int degree)
    {
        if (value.IsZero)
        {
            return value;
        }

        var guess = BigInteger.One << (int)((value.GetBitLength() / degree) + 1);
        while (true)
        {
            var next = (((degree - 1) * guess) + (value / BigInteger.Pow(guess, degree - 1))) / degree;
            if (next >= guess)
            {
                return guess;
            }

            guess = next;
        }
    }
}
