using Gateway.Router.Gating.Fitting;
using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>A lens and whose numbers its columns are.</summary>
/// <param name="Lens">The lens.</param>
/// <param name="Columns">The model of the book that each column is.</param>
internal sealed record FittedLens(Lens Lens, int[] Columns);

/// <summary>Reads a prompt before a decision.</summary>
internal static class PromptReader
{
    /// <summary>The prompt's task mix; what it adds to each model's score is left in the scratch. Allocates nothing
    /// once the scratch has grown.</summary>
    /// <param name="snapshot">The snapshot that the decision will be made from.</param>
    /// <param name="prompt">The last user turn.</param>
    /// <param name="tradeoff">Where cost counts, the lens may act as soon as its predictions are proven; where only
    /// quality counts, its decisions must be.</param>
    /// <param name="scratch">The decision's.</param>
    internal static TaskMix Read(
        GateSnapshot snapshot, ReadOnlySpan<char> prompt, in Tradeoff tradeoff, GateScratch scratch)
    {
        scratch.FitModels(snapshot.Models, snapshot.Lens?.Lens.Stride ?? 0);
        Array.Clear(scratch.Residuals);
        FeatureHasher.Count(prompt, scratch.Features);
        if (snapshot.Lens is { } fitted)
        {
            var strength = tradeoff.Cost > 0 ? fitted.Lens.Calibrated : fitted.Lens.Adopted;
            Look(fitted, strength, scratch);
        }

        scratch.Features.Weigh(snapshot.Clusters.Idf);
        return snapshot.Clusters.Mix(scratch.Features.Indices, scratch.Features.Weights);
    }

    private static void Look(FittedLens fitted, Strength strength, GateScratch scratch)
    {
        if (strength == default)
        {
            return;
        }

        var lens = fitted.Lens;
        scratch.Features.Weigh(lens.Idf);
        lens.Predict(scratch.Features, strength, scratch.Predictions);
        for (var column = 0; column < lens.Models; column++)
        {
            scratch.Residuals[fitted.Columns[column]] = scratch.Predictions[column] - lens.Mean(column);
        }

        scratch.Residuals[fitted.Columns[lens.Incumbent]] += LensChoice.Margin;
    }
}
