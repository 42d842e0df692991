namespace Gateway.Router.Gating;

/// <summary>Notices that a miner delivers less than it did: a one-sided cumulative sum of disappointments (Page 1954).
/// </summary>
internal static class ChangeDetector
{
    // Disappointment up to this is noise.
    private const double Slack = 0.15;
    private const double Alarm = 3;
    private const double LeastEvidence = 4;
    private const double MostIntegrity = 1.1;

    // After an alarm the old record counts as two outcomes, at 0.6 of what it was.
    private const double KeptWeight = 2;
    private const double KeptResult = 1.2;

    /// <summary>The sum after one more outcome.</summary>
    /// <param name="sum">Before; 0 at first.</param>
    /// <param name="outcome">Its result, label weight, and what was expected of the model.</param>
    /// <param name="integrity">The miner's, as estimated before.</param>
    internal static double Next(double sum, in GateOutcome outcome, double integrity) => Math.Max(
        0,
        sum + (outcome.Label * ((outcome.Expected * Math.Min(MostIntegrity, integrity)) - outcome.Result - Slack)));

    /// <summary>Whether the sum, on this much evidence, is an alarm.</summary>
    internal static bool IsAlarm(double sum, double evidence) => sum > Alarm && evidence > LeastEvidence;

    /// <summary>What is left of a miner's record after an alarm.</summary>
    internal static Sums Reset(Sums record) => new(KeptResult * record.Result / record.Weight, KeptWeight);
}
