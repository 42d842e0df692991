using System.Globalization;
using System.Numerics;

namespace Gateway.DevNet.Brain;

/// <summary>What a piece of an expression is.</summary>
internal enum MathKind
{
    Number,
    Plus,
    Minus,
    Times,
    Over,
    Power,
    Percent,
    PercentOrModulo,
    Modulo,
    Open,
    Close,
    SquareRoot,
    CubeRoot,
    Squared,
    Cubed,
    Noise,
    End,
}

/// <summary>A piece of an expression; the value is a number's.</summary>
internal readonly record struct MathToken(MathKind Kind, Rational Value = default);

/// <summary>Cuts lower case text into the pieces of an expression: digits, signs, and the English words for them. The
/// first word it does not know ends the attempt, so that prose costs nothing.</summary>
internal static class MathLexer
{
    internal const int MaxTokens = 2048;

    private const int MaxDigits = 1000;
    private const int MaxExponent = 1200;

    // Longer phrases stand before their beginnings.
    private static readonly (string Phrase, MathKind Kind)[] Phrases =
    [
        ("plus", MathKind.Plus), ("minus", MathKind.Minus), ("negative", MathKind.Minus),
        ("multiplied by", MathKind.Times), ("times", MathKind.Times), ("x", MathKind.Times), ("of", MathKind.Times),
        ("divided by", MathKind.Over), ("over", MathKind.Over), ("to the power of", MathKind.Power),
        ("raised to the power of", MathKind.Power), ("percent", MathKind.Percent), ("per cent", MathKind.Percent),
        ("modulo", MathKind.Modulo), ("mod", MathKind.Modulo), ("squared", MathKind.Squared), ("cubed", MathKind.Cubed),
        ("square root of", MathKind.SquareRoot), ("sqrt of", MathKind.SquareRoot), ("sqrt", MathKind.SquareRoot),
        ("cube root of", MathKind.CubeRoot), ("cbrt", MathKind.CubeRoot), ("the", MathKind.Noise),
    ];

    private static readonly string[] SmallNumbers =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ];

    internal static MathProblem TryCut(string text, out List<MathToken> tokens)
    {
        tokens = [];
        for (var position = 0; position < text.Length;)
        {
            if (char.IsWhiteSpace(text[position]))
            {
                position++;
                continue;
            }

            var problem = Take(text, ref position, out var token);
            if (problem == MathProblem.None && tokens.Count == MaxTokens)
            {
                problem = MathProblem.TooLarge;
            }

            if (problem != MathProblem.None)
            {
                return problem;
            }

            if (token.Kind != MathKind.Noise)
            {
                tokens.Add(token);
            }
        }

        tokens.Add(new MathToken(MathKind.End));
        return MathProblem.None;
    }

    private static MathProblem Take(string text, ref int position, out MathToken token)
    {
        token = default;
        var first = text[position];
        if (char.IsAsciiDigit(first) || first == '.')
        {
            return TakeNumber(text, ref position, out token);
        }

        if (text.AsSpan(position).StartsWith("**", StringComparison.Ordinal))
        {
            position += 2;
            token = new MathToken(MathKind.Power);
            return MathProblem.None;
        }

        if (Sign(first) is { } sign)
        {
            position++;
            token = new MathToken(sign);
            return MathProblem.None;
        }

        return TakeWord(text, ref position, out token) ? MathProblem.None : MathProblem.NotArithmetic;
    }

    private static MathKind? Sign(char sign) => sign switch
    {
        '+' => MathKind.Plus,
        '-' or '\u2212' or '\u2013' => MathKind.Minus,
        '*' or '\u00D7' or '\u00B7' or '\u22C5' => MathKind.Times,
        '/' or '\u00F7' or '\u2044' => MathKind.Over,
        '^' => MathKind.Power,
        '%' => MathKind.PercentOrModulo,
        '(' => MathKind.Open,
        ')' => MathKind.Close,
        '\u00B2' => MathKind.Squared,
        '\u00B3' => MathKind.Cubed,
        '\u221A' => MathKind.SquareRoot,
        '\u221B' => MathKind.CubeRoot,
        _ => null,
    };

    private static bool TakeWord(string text, ref int position, out MathToken token)
    {
        foreach (var (phrase, kind) in Phrases)
        {
            if (StartsWithWord(text, position, phrase))
            {
                position += phrase.Length;
                token = new MathToken(kind);
                return true;
            }
        }

        for (var value = 0; value < SmallNumbers.Length; value++)
        {
            if (StartsWithWord(text, position, SmallNumbers[value]))
            {
                position += SmallNumbers[value].Length;
                token = new MathToken(MathKind.Number, value);
                return true;
            }
        }

        token = default;
        return false;
    }

    private static bool StartsWithWord(string text, int position, string word)
    {
        var end = position + word.Length;
        return string.CompareOrdinal(text, position, word, 0, word.Length) == 0
            && (end >= text.Length || !char.IsLetter(text[end]));
    }

    private static MathProblem TakeNumber(string text, ref int position, out MathToken token)
    {
        token = default;
        var whole = TakeDigits(text, ref position, grouped: true);
        var fraction = "";
        if (position < text.Length && text[position] == '.')
        {
            position++;
            fraction = TakeDigits(text, ref position, grouped: false);
        }

        if (whole.Length + fraction.Length == 0)
        {
            return MathProblem.NotArithmetic;
        }

        var exponent = TakeExponent(text, ref position);
        if (whole.Length + fraction.Length > MaxDigits || Math.Abs(exponent) > MaxExponent)
        {
            return MathProblem.TooLarge;
        }

        var digits = BigInteger.Parse(whole + fraction, NumberStyles.None, CultureInfo.InvariantCulture);
        var value = new Rational(digits, BigInteger.Pow(10, fraction.Length));
        token = new MathToken(MathKind.Number, value * ((Rational)10).Pow(exponent));
        return MathProblem.None;
    }

    // A comma groups only when exactly three digits follow, as in 1,234,567.
    private static string TakeDigits(string text, ref int position, bool grouped)
    {
        var start = position;
        while (position < text.Length
            && (char.IsAsciiDigit(text[position]) || (grouped && IsGroupComma(text, position))))
        {
            position++;
        }

        return text[start..position].Replace(",", "", StringComparison.Ordinal);
    }

    private static bool IsGroupComma(string text, int position)
    {
        var digits = 0;
        while (digits < 4 && position + digits + 1 < text.Length && char.IsAsciiDigit(text[position + digits + 1]))
        {
            digits++;
        }

        return text[position] == ',' && digits == 3;
    }

    private static int TakeExponent(string text, ref int position)
    {
        var end = position + 1;
        if (position >= text.Length || text[position] != 'e')
        {
            return 0;
        }

        var negative = end < text.Length && text[end] == '-';
        end += end < text.Length && text[end] is '-' or '+' ? 1 : 0;
        var start = end;
        var value = 0;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            value = Math.Min((value * 10) + (text[end++] - '0'), MaxExponent + 1);
        }

        position = end == start ? position : end;
        return negative ? -value : value;
    }
}
