namespace Gateway.Bench.Route;

/// <summary>How much of the way from the best single model to the oracle does the gate go, on rows it never saw?
/// </summary>
internal static class OfflineBench
{
    public static void Measure(Matrix matrix, int seed)
    {
        var split = Split.Of(matrix, seed);
        var models = matrix.Models.Count;
        var gate = FittedGate.Fit(split.Fit, models, prices: null);
        var ours = split.Test.Select(row => Split.Score(row, gate.Choose(row.Prompt, 0))).ToArray();
        var best = split.Test.Select(row => Split.Score(row, gate.Incumbent)).ToArray();
        var oracle = split.Test.Average(row => Enumerable.Range(0, models).Max(model => Split.Score(row, model)));
        var room = oracle - best.Average();
        Write("route.gap_percent", room > 0 ? 100 * (ours.Average() - best.Average()) / room : 0, "%");
        Write("route.hindsight_percent", room > 0 ? 100 * (Hindsight(split, models) - best.Average()) / room : 0, "%");
        Write("route.best", best.Average(), "1");
        Write("route.oracle", oracle, "1");
        Write("route.se", room > 0 ? 100 * Error(ours, best) / room : 0, "%");
        return;

        void Write(string measure, double value, string unit) => Measures.Write(
            measure, value, unit, ("pool", matrix.Pool), ("seed", seed), ("fit", split.Fit.Count),
            ("strength", Math.Round(gate.Lens.Adopted.Cluster, 2)));
    }

    // The best model of every true task, chosen on the very rows it is judged on: a bound that labels cannot pass.
    private static double Hindsight(Split split, int models) => split.Test.GroupBy(row => row.Task).Sum(task =>
        Enumerable.Range(0, models).Max(model => task.Sum(row => Split.Score(row, model)))) / split.Test.Count;

    private static double Error(double[] ours, double[] best)
    {
        var differences = ours.Zip(best, (own, other) => own - other).ToArray();
        var mean = differences.Average();
        return Math.Sqrt(differences.Average(difference => (difference - mean) * (difference - mean))
            / differences.Length);
    }
}
