namespace Gateway.Router.Gating.Fitting;

/// <summary>Which model a prediction points to.</summary>
internal static class LensChoice
{
    /// <summary>A challenger must be expected to be better than the incumbent by more than this.</summary>
    internal const float Margin = 0.02f;

    /// <summary>The best model, or the incumbent unless somebody beats it by the margin.</summary>
    internal static int Of(ReadOnlySpan<float> values, int incumbent)
    {
        var best = Best(values);
        return values[best] > values[incumbent] + Margin ? best : incumbent;
    }

    /// <summary>The best model of all; the first among equals.</summary>
    internal static int Best(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
