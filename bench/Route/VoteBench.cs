using Gateway.Router.Combining;

namespace Gateway.Bench.Route;

/// <summary>Votes over recorded answers: what they gain, when they are refused, what colluders cost.</summary>
internal static class VoteBench
{
    // The letters of the answers; only their number enters the weights.
    private const int Choices = 10;
    private const int Colluders = 2;

    private static readonly int[] Sizes = [3, 5];

    /// <returns>False when the matrix carries no answers.</returns>
    public static bool Measure(Matrix matrix, int seed)
    {
        var split = Split.Of(matrix, seed);
        if (!split.Fit.Concat(split.Test).All(row => row.Extras is { Answers: not null, Gold: not '\0' }))
        {
            return false;
        }

        var voters = Voters(matrix, split);
        foreach (var size in Sizes)
        {
            var top = VotePlan.For(voters, size);
            Measures.Write("route.vote_declined", top.Refusal == VoteRefusal.OneIsStronger ? 1 : 0, "1",
                ("pool", matrix.Pool), ("seed", seed), ("members", size), ("reason", top.Refusal.ToString()));
            Gains(matrix, split, voters, size, seed);
        }

        return true;
    }

    // Every run of neighbours in the order of accuracy that the plan accepts, the strongest named first.
    private static void Gains(Matrix matrix, Split split, Voter[] voters, int size, int seed)
    {
        var plans = Enumerable.Range(0, Math.Max(0, voters.Length - size + 1))
            .Select(first => VotePlan.For(voters[first..(first + size)], size))
            .Where(plan => plan.Refusal == VoteRefusal.None && plan.Members.Count == size).ToArray();
        var gains = plans.Select(plan => Gain(split, plan)).ToArray();
        for (var i = 0; i < Math.Min(1, plans.Length); i++)
        {
            Write("route.vote_gain", gains[i], "strongest");
            Write("route.vote_gain", gains.Average(), "mean of all");
            Write("route.vote_gain", gains.Min(), "least of all");
            for (var colluders = 1; size > Colluders + 1 && colluders <= Colluders; colluders++)
            {
                var cost = 100 * (Accuracy(split, plans[i], 0) - Accuracy(split, plans[i], colluders));
                Measures.Write("route.colluder_cost", cost, "points", ("pool", matrix.Pool), ("seed", seed),
                    ("members", size), ("colluders", colluders));
            }
        }

        return;

        void Write(string measure, double value, string runs) => Measures.Write(measure, value, "points",
            ("pool", matrix.Pool), ("seed", seed), ("members", size), ("runs", runs), ("accepted", plans.Length));
    }

    private static Voter[] Voters(Matrix matrix, Split split) =>
        [.. Enumerable.Range(0, matrix.Models.Count)
            .Select(model => new Voter(model, model, split.Fit.Average(row => IsRight(row, model) ? 1.0 : 0)))
            .OrderByDescending(voter => voter.Accuracy)];

    private static double Gain(Split split, VotePlan plan) => 100 * (Accuracy(split, plan, 0)
        - plan.Members.Max(member => split.Test.Average(row => IsRight(row, member.Slot) ? 1.0 : 0)));

    // Colluders take the last seats and agree on a wrong answer.
    private static double Accuracy(Split split, VotePlan plan, int colluders)
    {
        var weights = plan.Members.Select(member => VoteTally.Weight(member.Accuracy, Choices)).ToArray();
        var answers = new string?[weights.Length];
        var right = 0;
        foreach (var row in split.Test)
        {
            for (var seat = 0; seat < answers.Length; seat++)
            {
                var isColluder = seat >= answers.Length - colluders;
                answers[seat] = isColluder ? Wrong(row) : Answer(row, plan.Members[seat].Slot);
            }

            var winner = VoteTally.Winner(answers, weights);
            right += winner >= 0 && answers[winner] == AnswerForm.Of(row.Extras.Gold.ToString()) ? 1 : 0;
        }

        return (double)right / split.Test.Count;
    }

    private static bool IsRight(MatrixRow row, int model) => row.Extras.Answers![model] == row.Extras.Gold;

    private static string? Answer(MatrixRow row, int model) => row.Extras.Answers![model] is '-' or '?'
        ? null
        : AnswerForm.Of(row.Extras.Answers[model].ToString());

    private static string? Wrong(MatrixRow row) => AnswerForm.Of(row.Extras.Gold == 'A' ? "B" : "A");
}
