using System.Globalization;
using System.Numerics;

namespace Gateway.DevNet.Brain;

/// <summary>A fraction as people write it.</summary>
internal static class NumberText
{
    private const int MaxDecimals = 20;
    private const int Significant = 10;

    /// <summary>The decimal text, and whether it is the exact value: a fraction that does not end within 20 decimals is
    /// rounded, half away from zero, to ten significant digits.</summary>
    internal static (string Text, bool IsExact) Format(Rational value)
    {
        if (Decimals(value.Denominator) is { } decimals)
        {
            return (Fixed(value, decimals), true);
        }

        var places = Significant - Magnitude(value);
        return places > Significant + MaxDecimals
            ? (Scientific(value, places), false)
            : (Fixed(value, Math.Max(places, 0)), false);
    }

    // A fraction ends exactly when its denominator divides a power of ten.
    private static int? Decimals(BigInteger denominator)
    {
        var power = BigInteger.One;
        for (var decimals = 0; decimals <= MaxDecimals; decimals++)
        {
            if ((power % denominator).IsZero)
            {
                return decimals;
            }

            power *= 10;
        }

        return null;
    }

    // The number of digits before the point; zero or less below 0.1. Off by one costs one digit of precision.
    private static int Magnitude(Rational value) =>
        Digits(BigInteger.Abs(value.Numerator)).Length - Digits(value.Denominator).Length;

    private static string Scientific(Rational value, int places)
    {
        var digits = Fixed(value * ((Rational)10).Pow(places), 0);
        var sign = digits[0] == '-' ? "-" : "";
        var mantissa = digits.TrimStart('-');
        var exponent = mantissa.Length - 1 - places;
        var fraction = mantissa[1..].TrimEnd('0');
        var point = fraction.Length == 0 ? "" : ".";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa[0]}{point}{fraction}e{exponent}");
    }

    private static string Fixed(Rational value, int decimals)
    {
        var scaled = BigInteger.Abs(value.Numerator) * BigInteger.Pow(10, decimals);
        var rounded = ((scaled * 2) + value.Denominator) / (value.Denominator * 2);
        var digits = Digits(rounded).PadLeft(decimals + 1, '0');
        var fraction = digits[^decimals..].TrimEnd('0');
        var sign = value.Numerator.Sign < 0 && !rounded.IsZero ? "-" : "";
        return sign + digits[..^decimals] + (fraction.Length == 0 ? "" : "." + fraction);
    }

    private static string Digits(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);
}
