using System.Globalization;
using System.Numerics;
using CsCheck;
using Gateway.DevNet.Brain;

namespace Gateway.DevNet.Tests.Brain;

public sealed class ArithmeticPropertyTests
{
    private const string Signs = "+-*";

    // The oracle computes while the text is made and never reads the text.
    private static readonly Gen<(string Text, BigInteger Value)> Sums = Gen.Recursive<(string, BigInteger)>(
        (depth, inner) => depth > 5
            ? Numbers()
            : Gen.OneOf(Numbers(), Gen.Select(inner, Gen.Int[0, Signs.Length - 1], inner, Join)));

    [Fact]
    public void Any_integer_expression_has_its_value() => Sums.Sample(sum =>
    {
        Assert.Equal(MathProblem.None, MathParser.Evaluate(sum.Text, out var value));
        Assert.Equal(sum.Value, value.Numerator);
        Assert.True(value.IsInteger);
    });

    [Fact]
    public void Adding_what_was_subtracted_gives_the_same_fraction() => Gen.Select(Fractions(), Fractions())
        .Sample((a, b) => Assert.Equal(a, a - b + b));

    [Fact]
    public void Multiplying_by_what_was_divided_by_gives_the_same_fraction() => Gen.Select(Fractions(), Fractions())
        .Where((_, b) => !b.IsZero)
        .Sample((a, b) => Assert.Equal(a, a / b * b));

    [Fact]
    public void A_root_of_a_power_is_its_base() => Gen.Select(Fractions(), Gen.Int[1, 4]).Sample((a, half) =>
    {
        var odd = (2 * half) - 1;
        Assert.True(a.Pow(odd).TryRoot(odd, out var root));
        Assert.Equal(a, root);
    });

    [Fact]
    public void An_exact_decimal_text_reads_back_as_the_same_number() => Fractions().Sample(value =>
    {
        var (text, isExact) = NumberText.Format(value);
        Assert.Equal(MathProblem.None, MathParser.Evaluate(text, out var back));
        Assert.Equal(isExact, back == value);
    });

    [Fact]
    public void A_rounded_text_is_off_by_less_than_a_billionth_part() => Fractions().Where(value => !value.IsZero)
        .Sample(value =>
        {
            var (text, _) = NumberText.Format(value);
            MathParser.Evaluate(text, out var back);
            var error = (back - value) / value;
            Assert.True(BigInteger.Abs(error.Numerator) * 500_000_000 <= error.Denominator, $"{value} -> {text}");
        });

    private static Gen<Rational> Fractions() => Gen.Select(Gen.Long, Gen.Long[1, long.MaxValue])
        .Select((top, bottom) => new Rational(top, bottom));

    private static Gen<(string, BigInteger)> Numbers() => Gen.Int[0, 1_000_000].Select(
        number => (number.ToString(CultureInfo.InvariantCulture), (BigInteger)number));

    private static (string, BigInteger) Join((string, BigInteger) left, int sign, (string, BigInteger) right) => (
        $"({left.Item1} {Signs[sign]} {right.Item1})",
        Signs[sign] switch
        {
            '+' => left.Item2 + right.Item2,
            '-' => left.Item2 - right.Item2,
            _ => left.Item2 * right.Item2,
        });
}
