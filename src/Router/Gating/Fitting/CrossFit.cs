using Gateway.Router.Tasks;

namespace Gateway.Router.Gating.Fitting;

/// <summary>Five-fold cross-fitting: every row is judged by a fit that never saw it.</summary>
/// <param name="Adopted">The calibrated strength when its decisions beat the means with certainty, else zero.</param>
/// <param name="Calibrated">The strength with the least squared error of differences between models, when it
/// is less than the means' beyond doubt, else zero.</param>
/// <param name="Bound">The lower bound of its gain, on which the switch decided.</param>
internal sealed record CrossFit(Strength Adopted, Strength Calibrated, double Bound)
{
    private const int Folds = 5;

    // One family of strengths, chosen by squared error: searching every pair for the best decisions picked the luckiest
    // pair, and lost half of the gain on held-out rows.
    private static readonly Strength[] Steps = [new(0.5f, 0.2f), new(0.75f, 0.2f), new(1, 0.2f), new(1.25f, 0.2f)];

    /// <summary>Chooses the strength by its error, then lets it prove itself.</summary>
    internal static CrossFit Run(LensFit fit, ProbeRows rows, ulong key)
    {
        if (rows.Count < 2 * Folds || rows.Models < 2)
        {
            return new(default, default, default);
        }

        var held = HeldOut.Of(fit, rows, FoldsOf(rows.Count, key));
        var best = Steps.Prepend(default).MinBy(strength => held.ErrorSaved(strength).Mean * -1);
        var gain = held.Gain(best);
        var saved = held.ErrorSaved(best);
        return new(
            SwitchRule.Adopts(gain, saved, rows.Count) ? best : default,
            SwitchRule.Proves(saved) ? best : default,
            SwitchRule.Bound(gain, rows.Count));
    }

    private static int[] FoldsOf(int rows, ulong key)
    {
        var random = new KeyedRandom(key);
        var folds = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            folds[row] = row % Folds;
        }

        for (var row = rows - 1; row > 0; row--)
        {
            var other = random.NextBelow(row + 1);
            (folds[row], folds[other]) = (folds[other], folds[row]);
        }

        return folds;
    }

    /// <summary>The parts of every row's prediction by the fit that held it out.</summary>
    private sealed record HeldOut(ProbeRows Rows, float[] Means, float[] Cluster, float[] Ridge)
    {
        internal static HeldOut Of(LensFit fit, ProbeRows rows, int[] folds)
        {
            var size = rows.Count * rows.Stride;
            var held = new HeldOut(rows, new float[size], new float[size], new float[size]);
            for (var fold = 0; fold < Folds; fold++)
            {
                var (means, cluster, ridge) = fit.HeldOut(Array.ConvertAll(folds, other => other != fold));
                for (var row = 0; row < rows.Count; row++)
                {
                    if (folds[row] == fold)
                    {
                        var at = row * rows.Stride;
                        means.CopyTo(held.Means, at);
                        Array.Copy(cluster, at, held.Cluster, at, rows.Stride);
                        Array.Copy(ridge, at, held.Ridge, at, rows.Stride);
                    }
                }
            }

            return held;
        }

        internal Paired Gain(Strength strength)
        {
            var gain = new Paired();
            Span<float> values = stackalloc float[Rows.Stride];
            for (var row = 0; row < Rows.Count; row++)
            {
                var incumbent = LensChoice.Best(Means.AsSpan(row * Rows.Stride, Rows.Models));
                Predict(row, strength, values);
                var choice = LensChoice.Of(values[..Rows.Models], incumbent);
                gain.Add(Rows.Scores(row)[choice] - Rows.Scores(row)[incumbent]);
            }

            return gain;
        }

        /// <summary>By how much the strength's squared error is below that of the means, row by row.</summary>
        internal Paired ErrorSaved(Strength strength)
        {
            var saved = new Paired();
            Span<float> values = stackalloc float[Rows.Stride];
            for (var row = 0; row < Rows.Count; row++)
            {
                var error = Error(row, Means.AsSpan(row * Rows.Stride, Rows.Models));
                Predict(row, strength, values);
                saved.Add(error - Error(row, values));
            }

            return saved;
        }

        // Only differences between models route: what is hard for all alike cancels out.
        private double Error(int row, ReadOnlySpan<float> values)
        {
            var (sum, square) = (0.0, 0.0);
            for (var model = 0; model < Rows.Models; model++)
            {
                double miss = Rows.Scores(row)[model] - values[model];
                (sum, square) = (sum + miss, square + (miss * miss));
            }

            return (square - (sum * sum / Rows.Models)) / Rows.Models;
        }

        private void Predict(int row, Strength strength, Span<float> values)
        {
            var at = row * Rows.Stride;
            Means.AsSpan(at, Rows.Stride).CopyTo(values);
            RidgeFit.AddScaled(values, Cluster.AsSpan(at, Rows.Stride), strength.Cluster);
            RidgeFit.AddScaled(values, Ridge.AsSpan(at, Rows.Stride), strength.Ridge);
        }
    }
}
