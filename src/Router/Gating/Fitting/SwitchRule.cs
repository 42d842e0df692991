namespace Gateway.Router.Gating.Fitting;

/// <summary>Do no harm, offline: when a challenger may replace the incumbent on rows that several models answered.
/// </summary>
internal static class SwitchRule
{
    // With few rows the decisions themselves must be beyond doubt.
    private const int FewRows = 1000;
    private const double FewErrors = 2;

    // With many, a prediction proven better by its errors, which speak on every row, needs less proof from its
    // decisions, which differ on one row in six. Asking 1.5 standard errors of these turned away most true gains.
    private const double PredictionErrors = 3;
    private const double DecisionErrors = 0.5;

    /// <summary>Whether the challenger is adopted.</summary>
    /// <param name="gain">Its score less the incumbent's, row by row, by cross-fitting.</param>
    /// <param name="errorSaved">The incumbent's squared error less the challenger's, likewise.</param>
    /// <param name="rows">How many rows.</param>
    internal static bool Adopts(Paired gain, Paired errorSaved, int rows) =>
        Bound(gain, rows) > 0 && (rows < FewRows || Proves(errorSaved));

    /// <summary>Whether the predictions, if not the decisions, are better beyond doubt.</summary>
    internal static bool Proves(Paired errorSaved) => errorSaved.LowerBound(PredictionErrors) > 0;

    /// <summary>What the gain is at least.</summary>
    internal static double Bound(Paired gain, int rows) =>
        gain.LowerBound(rows < FewRows ? FewErrors : DecisionErrors);
}
