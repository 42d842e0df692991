namespace Gateway.Bench.Route;

/// <summary>Quality for money: the gate under every weight of cost, beside the hull of single models.</summary>
internal static class CostBench
{
    private const int Weights = 160;
    private const double LeastWeight = 0.1;
    private const double DecadesEach = 0.05;
    private const double CharactersPerToken = 4;
    private const double PerMillion = 1e6;

    private static readonly double[] Shares = [0.9, 0.95, 0.995];

    /// <returns>False when the matrix tells no costs.</returns>
    public static bool Measure(Matrix matrix, int seed)
    {
        var split = Split.Of(matrix, seed);
        var models = matrix.Models.Count;
        if (!split.Fit.Concat(split.Test).All(row => Enumerable.Range(0, models).All(m => Knows(matrix, row, m))))
        {
            return false;
        }

        var means = Enumerable.Range(0, models)
            .Select(model => split.Fit.Average(row => Cost(matrix, row, model))).ToArray();
        TokenCost[] prices = [.. means.Select((mean, model) => Price(matrix, split, model, mean))];
        var gate = FittedGate.Fit(split.Fit, models, prices);
        var singles = Enumerable.Range(0, models).Select(model => new Point(
            split.Test.Average(row => Cost(matrix, row, model)),
            split.Test.Average(row => Split.Score(row, model)))).ToArray();
        var sweep = Sweep(matrix, split, gate, means);
        var (low, high) = (singles.Min(point => point.Cost), singles.Max(point => point.Cost));
        var own = Hull.MeanHeight([.. singles, .. sweep], low, high);
        Write("route.aiq", own, "1");
        Write("route.aiq_over_hull", own - Hull.MeanHeight(singles, low, high), "1");
        var best = singles[gate.Incumbent];
        foreach (var share in Shares)
        {
            var cheapest = sweep.Where(point => point.Quality >= share * best.Quality)
                .Select(point => point.Cost).DefaultIfEmpty(best.Cost).Min();
            Measures.Write("route.cost_at_quality", best.Cost > 0 ? 100 * cheapest / best.Cost : 100, "%",
                ("pool", matrix.Pool), ("seed", seed), ("quality", share));
        }

        return true;

        void Write(string measure, double value, string unit) =>
            Measures.Write(measure, value, unit, ("pool", matrix.Pool), ("seed", seed));
    }

    private static Point[] Sweep(Matrix matrix, Split split, FittedGate gate, double[] means)
    {
        // In units of the dearest model, so that prices of any size are swept alike.
        var unit = means.Max() > 0 ? means.Max() : 1;
        double[] weights = [.. Enumerable.Range(0, Weights)
            .Select(i => LeastWeight / 10 * Math.Pow(10, i * DecadesEach / 2) / unit)];
        var (costs, qualities) = (new double[Weights], new double[Weights]);
        var columns = new int[Weights];
        foreach (var row in split.Test)
        {
            gate.Choose(row.Prompt, weights, columns);
            for (var i = 0; i < Weights; i++)
            {
                costs[i] += Cost(matrix, row, columns[i]) / split.Test.Count;
                qualities[i] += Split.Score(row, columns[i]) / split.Test.Count;
            }
        }

        return [.. costs.Zip(qualities, (cost, quality) => new Point(cost, quality))];
    }

    // The list's price of input where there is one, and whatever else the calls cost on the output.
    private static TokenCost Price(Matrix matrix, Split split, int model, double mean)
    {
        var priceIn = matrix.Prices[model] is { } listed && split.Fit.All(row => Cell(row.Extras.Cost, model) is null)
            ? listed.In / PerMillion
            : 0;
        var input = priceIn * split.Fit.Average(row => TokenCost.InputOf(row.Prompt));
        return new(priceIn, (mean - input) / TokenCost.UsualOutput);
    }

    private static bool Knows(Matrix matrix, MatrixRow row, int model) =>
        matrix.Prices[model] is not null || Cell(row.Extras.Cost, model) is not null;

    private static double Cost(Matrix matrix, MatrixRow row, int model)
    {
        if (Cell(row.Extras.Cost, model) is { } recorded)
        {
            return recorded;
        }

        var (priceIn, priceOut) = matrix.Prices[model]!.Value;
        var output = Cell(row.Extras.OutputTokens, model)
            ?? Cell(row.Extras.OutputCharacters, model) / CharactersPerToken
            ?? TokenCost.UsualOutput;
        return ((TokenCost.InputOf(row.Prompt) * priceIn) + (output * priceOut)) / PerMillion;
    }

    private static double? Cell(float[]? cells, int model) =>
        cells is not null && !float.IsNaN(cells[model]) ? cells[model] : null;
}
