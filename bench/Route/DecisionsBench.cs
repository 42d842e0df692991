using System.Text.Json;

namespace Gateway.Bench.Route;

/// <summary>Fits on one file and decides on another, whose scores it does not look at.</summary>
internal static class DecisionsBench
{
    /// <exception cref="InvalidDataException">A file is malformed, or the two have different models.</exception>
    public static void Run(string fitPath, string askPath, string outPath, IReadOnlyList<string> dropped)
    {
        var fit = MatrixFile.Read(fitPath, needScores: true);
        var ask = MatrixFile.Read(askPath, needScores: false);
        var kept = Enumerable.Range(0, fit.Models.Count).Where(model => !dropped.Contains(fit.Models[model])).ToArray();
        fit = fit.Keep(kept);
        if (fit.Models.Except(ask.Models).Any())
        {
            throw new InvalidDataException($"{askPath}, line 1: models of {fitPath} are missing");
        }

        var gate = FittedGate.Fit(fit.Rows, fit.Models.Count, prices: null);
        using var output = new StreamWriter(outPath);
        foreach (var row in ask.Rows)
        {
            var choice = gate.Choose(row.Prompt, 0);
            var expected = gate.Expected();
            output.WriteLine(JsonSerializer.Serialize(new
            {
                id = row.Id,
                choice = fit.Models[choice],
                p = expected.Select(value => Math.Round(value, 4)),
            }));
        }
    }
}
