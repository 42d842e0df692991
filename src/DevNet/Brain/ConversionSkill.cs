using System.Text.RegularExpressions;

namespace Gateway.DevNet.Brain;

/// <summary>Exact unit conversion within a dimension.</summary>
internal sealed partial class ConversionSkill : ISkill
{
    private const int MaxLength = 200;

    private readonly UnitTable _units = new();

    /// <inheritdoc/>
    public string Name => "unit conversion";

    /// <inheritdoc/>
    public Reply? Answer(string sentence)
    {
        if (sentence.Length > MaxLength)
        {
            return null;
        }

        var counted = HowMany().Match(sentence);
        if (counted.Success)
        {
            return Convert(counted.Groups["quantity"].Value, counted.Groups["unit"].Value);
        }

        // "5 in in cm" has two places to cut at, and only one where both sides are units.
        var question = Lead().Replace(sentence, "");
        return Between().Matches(question)
            .Select(cut => Convert(question[..cut.Index], question[(cut.Index + cut.Length)..]))
            .FirstOrDefault(reply => reply is not null);
    }

    private Reply? Convert(string left, string right)
    {
        var parts = Quantity().Match(left.Trim());
        var from = _units.Find(parts.Groups["unit"].Value);
        var to = _units.Find(right.Trim());
        if (!parts.Success || from is null || to is null)
        {
            return null;
        }

        var number = parts.Groups["number"].Value.Trim();
        Rational quantity = 1;
        var isNumber = number is "a" or "an" or "one"
            || MathParser.Evaluate(number.ToLowerInvariant(), out quantity) == MathProblem.None;
        return isNumber ? Say(quantity, from, to) : null;
    }

    private static Reply Say(Rational quantity, Unit from, Unit to)
    {
        if (from.Dimension != to.Dimension)
        {
            return new Reply($"That cannot be converted: {from.Singular} is a unit of {from.Dimension}, "
                + $"{to.Singular} of {to.Dimension}.");
        }

        var result = ((quantity + from.Offset) * from.Factor / to.Factor) - to.Offset;
        var (asked, _) = NumberText.Format(quantity);
        var (text, isExact) = NumberText.Format(result);
        var about = isExact ? "" : "about ";
        return new Reply($"{asked} {from.Named(quantity)} is {about}", text, $" {to.Named(result)}.");
    }

    [GeneratedRegex(@"^.*\b(?:what is|what's|how much is|convert|express|change)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Lead();

    [GeneratedRegex(@"\bhow many (?<unit>.+?)(?: are| is)?(?: there)? in (?<quantity>.+)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HowMany();

    [GeneratedRegex(@"(?<= )(?:to|into|in|as) ",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Between();

    [GeneratedRegex(@"^(?<number>[-+\u2212]?[0-9.][0-9.,/ ]*(?:e[-+]?[0-9]+)?|an?\b|one\b)\s*(?<unit>.+)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Quantity();
}
