namespace Gateway.Router.Gating;

/// <summary>One logged choice, seen from two policies.</summary>
/// <param name="Challenger">What the challenger would have chosen.</param>
/// <param name="Incumbent">What the incumbent would have chosen.</param>
/// <param name="Chosen">What was chosen.</param>
/// <param name="Propensity">How likely that choice was.</param>
/// <param name="Result">What came of it.</param>
internal readonly record struct LoggedChoice(
    int Challenger, int Incumbent, int Chosen, double Propensity, double Result);

/// <summary>What one logged choice says about the difference between two policies: right on average if either the
/// estimates or the propensities are (Dudik, Langford, Li 2011).</summary>
internal static class DoublyRobust
{
    /// <summary>A propensity below this would let one outcome outweigh twenty.</summary>
    internal const double LeastPropensity = 0.05;

    /// <summary>Challenger less incumbent.</summary>
    /// <param name="choice">The choice.</param>
    /// <param name="estimates">Q, the expected result of each option.</param>
    internal static double Difference(in LoggedChoice choice, ReadOnlySpan<double> estimates)
    {
        var sign = (choice.Chosen == choice.Challenger ? 1 : 0) - (choice.Chosen == choice.Incumbent ? 1 : 0);
        var surprise = choice.Result - estimates[choice.Chosen];
        return estimates[choice.Challenger] - estimates[choice.Incumbent]
            + (sign / Math.Max(choice.Propensity, LeastPropensity) * surprise);
    }
}
