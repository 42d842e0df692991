namespace Gateway.Router.Gating;

/// <summary>How likely a choice was, so that what came of it can be reckoned for other policies too. Worked out after
/// dispatch.</summary>
internal static class Propensity
{
    // Trapezoids over [-4, 4]; the tails beyond hold 6e-5.
    private const int Points = 33;
    private const double Reach = 4;

    /// <summary>The probability that this slot was chosen.</summary>
    /// <param name="decision">The shortlist it was drawn from.</param>
    /// <param name="slot">Whose.</param>
    /// <param name="exploreShare">The share of requests that explore.</param>
    /// <param name="isNewcomer">Whether the slot could have been explored.</param>
    internal static double Of(in GateDecision decision, int slot, double exploreShare, bool isNewcomer)
    {
        var share = decision.Newcomers > 0 ? exploreShare : 0;
        var explored = isNewcomer && share > 0 ? share / decision.Newcomers : 0;
        return ((1 - share) * Drawn(decision, slot)) + explored;
    }

    /// <summary>The probability that this slot's draw was the highest of the shortlist.</summary>
    internal static double Drawn(in GateDecision decision, int slot)
    {
        for (var place = 0; place < decision.Count; place++)
        {
            if (decision[place].Slot == slot)
            {
                return Highest(decision, place);
            }
        }

        return 0;
    }

    private static double Highest(in GateDecision decision, int place)
    {
        const double Step = 2 * Reach / (Points - 1);
        var own = decision[place];
        var sum = 0.0;
        for (var point = 0; point < Points; point++)
        {
            var u = -Reach + (point * Step);
            var product = Gaussian.Density(u);
            for (var other = 0; other < decision.Count; other++)
            {
                var rival = decision[other];
                product *= other == place
                    ? 1
                    : Gaussian.Below((own.Score + (own.Spread * u) - rival.Score) / rival.Spread);
            }

            sum += product * (point is 0 or Points - 1 ? Step / 2 : Step);
        }

        return sum;
    }
}
