using System.Text.RegularExpressions;

namespace Gateway.DevNet.Brain;

/// <summary>Exact arithmetic on integers and decimals.</summary>
internal sealed partial class ArithmeticSkill : ISkill
{
    private const int MaxEcho = 60;

    /// <inheritdoc/>
    public string Name => "arithmetic";

    /// <inheritdoc/>
    public Reply? Answer(string sentence)
    {
        var question = Lead().Replace(sentence, "").Trim().TrimEnd('=', ' ');
        var problem = MathLexer.TryCut(question.ToLowerInvariant(), out var tokens);

        // A number by itself is no question.
        if (problem == MathProblem.None && tokens.TrueForAll(IsNumber))
        {
            return null;
        }

        Rational value = 0;
        problem = problem == MathProblem.None ? MathParser.Evaluate(tokens, out value) : problem;
        return problem == MathProblem.None ? Say(question, value) : Explain(problem);
    }

    private static bool IsNumber(MathToken token) => token.Kind is MathKind.Number or MathKind.End;

    private static Reply Say(string question, Rational value)
    {
        var (text, isExact) = NumberText.Format(value);
        var echo = question.Length <= MaxEcho ? question : "The result";
        var fraction = $"{value.Numerator}/{value.Denominator}";
        return isExact || fraction.Length > MaxEcho
            ? new Reply($"{echo} is {(isExact ? "" : "about ")}", text, ".")
            : new Reply($"{echo} is {fraction}, about ", text, ".");
    }

    private static Reply? Explain(MathProblem problem) => problem switch
    {
        MathProblem.DivisionByZero => new Reply("That is undefined: it divides by zero."),
        MathProblem.TooLarge => new Reply("I do not know: that expression or its result is too large for me."),
        MathProblem.TooDeep => new Reply("I do not know: that expression is nested too deeply for me."),
        MathProblem.NotExact => new Reply("I do not know: that has no exact value as a fraction."),
        _ => null,
    };

    // What stands before the last request to calculate is politeness.
    [GeneratedRegex(@"^.*\b(?:what is|what's|what are|calculate|compute|evaluate|solve|how much is|work out|tell me)"
        + @"\b:?",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Lead();
}
