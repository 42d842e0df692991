using System.Globalization;

namespace Gateway.Core;

/// <summary>Decimal text to and from scaled integers, digit by digit.</summary>
internal static class FixedPoint
{
    // 10^18 is the largest power of ten in 64 bits; an exponent beyond it can only shift a zero.
    private const int MaxShift = 18;

    internal static string Format(long value, int decimals)
    {
        var digits = Int128.Abs(value).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var whole = digits[..^decimals];
        var fraction = digits[^decimals..].TrimEnd('0');
        var sign = value < 0 ? "-" : "";
        return fraction.Length == 0 ? sign + whole : $"{sign}{whole}.{fraction}";
    }

    /// <summary>Reads non-negative decimal text, with an optional exponent as JSON has it, into value * 10^decimals.
    /// False when it is malformed, negative, finer than <paramref name="decimals"/> or larger than 64 bits.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, int decimals, out long value)
    {
        value = 0;
        if (!TrySplit(text, out var mantissa, out var exponent))
        {
            return false;
        }

        var point = mantissa.IndexOf('.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? [] : mantissa[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty) || !AllDigits(whole) || !AllDigits(fraction))
        {
            return false;
        }

        return TryAccumulate(whole, fraction, decimals + exponent, out value);
    }

    private static bool TrySplit(ReadOnlySpan<char> text, out ReadOnlySpan<char> mantissa, out int exponent)
    {
        exponent = 0;
        var mark = text.IndexOfAny('e', 'E');
        mantissa = mark < 0 ? text : text[..mark];
        if (mark < 0)
        {
            return !text.IsEmpty;
        }

        var digits = text[(mark + 1)..];
        return int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
            && exponent is > -1000 and < 1000;
    }

    private static bool AllDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    // The digits without their point are an integer; shift says how many zeros to append, or digits to find zero.
    private static bool TryAccumulate(ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, int shift, out long value)
    {
        value = 0;
        shift -= fraction.Length;
        var total = Int128.Zero;
        foreach (var part in (ReadOnlySpan<string>)[whole.ToString(), fraction.ToString()])
        {
            foreach (var digit in part)
            {
                total = (total * 10) + (digit - '0');
                if (total > (Int128)long.MaxValue * long.MaxValue / 10)
                {
                    return false;
                }
            }
        }

        return TryShift(total, shift, out value);
    }

    private static bool TryShift(Int128 total, int shift, out long value)
    {
        value = 0;
        if (total == 0)
        {
            return true;
        }

        for (; shift < 0; shift++)
        {
            (total, var rest) = Int128.DivRem(total, 10);
            if (rest != 0)
            {
                return false;
            }
        }

        if (shift > MaxShift)
        {
            return false;
        }

        for (; shift > 0; shift--)
        {
            total *= 10;
            if (total > long.MaxValue)
            {
                return false;
            }
        }

        if (total > long.MaxValue)
        {
            return false;
        }

        value = (long)total;
        return true;
    }
}
