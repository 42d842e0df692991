namespace Gateway.Router.Combining;

/// <summary>Counts weighted votes over normalised answers.</summary>
internal static class VoteTally
{
    private const double MostWeight = 3;

    /// <summary>A member's weight: the log-odds that its answer is right against being any given wrong one. Plain
    /// log-odds of accuracy would turn a member that is right four times of ten among ten letters against itself.
    /// </summary>
    /// <param name="accuracy">Measured share of right answers.</param>
    /// <param name="choices">How many different answers there can be, at least 2.</param>
    internal static double Weight(double accuracy, int choices)
    {
        var odds = Math.Log(accuracy * (choices - 1) / (1 - accuracy));
        return double.IsNaN(odds) ? 0 : Math.Clamp(odds, -MostWeight, MostWeight);
    }

    /// <summary>The member whose answer won: the first, in seating order, who gave the heaviest answer.</summary>
    /// <param name="answers">Normalised; null for a member that gave none. The best member comes first, so that a tie
    /// goes to it.</param>
    /// <param name="weights">One for each member.</param>
    /// <returns>A member's index, or -1 when nobody answered.</returns>
    internal static int Winner(ReadOnlySpan<string?> answers, ReadOnlySpan<double> weights)
    {
        var (winner, heaviest) = (-1, double.NegativeInfinity);
        for (var member = 0; member < answers.Length; member++)
        {
            if (answers[member] is null)
            {
                continue;
            }

            var weight = Sum(answers, weights, answers[member]!);
            if (weight > heaviest + 1e-12)
            {
                (winner, heaviest) = (member, weight);
            }
        }

        return winner;
    }

    /// <summary>Whether the first two answers already agree, so that a third need not be asked.</summary>
    internal static bool IsSettled(string? first, string? second) =>
        first is not null && string.Equals(first, second, StringComparison.Ordinal);

    private static double Sum(ReadOnlySpan<string?> answers, ReadOnlySpan<double> weights, string answer)
    {
        var sum = 0.0;
        for (var i = 0; i < answers.Length; i++)
        {
            sum += string.Equals(answers[i], answer, StringComparison.Ordinal) ? weights[i] : 0;
        }

        return sum;
    }
}
