namespace Gateway.Router.Gating;

/// <summary>Notices that a miner delivers less than it did: a one-sided cumulative sum of the evidence that it now
/// delivers half of it (Page 1954, by log-likelihood ratios).</summary>
internal static class ChangeDetector
{
    // What a changed miner still delivers of what it did.
    private const double Left = 0.5;
    private const double LeastEvidence = 4;
    private const double MostIntegrity = 1.1;

    // The sum at which a change is as likely as none.
    private const double Even = 2;

    // Nobody is so sure of success that two failures, or a wrong judgement, should prove a change.
    private const double LeastExpected = 0.05;
    private const double MostExpected = 0.9;

    // After an alarm the old record counts as two outcomes, at 0.6 of what it was.
    private const double KeptWeight = 2;
    private const double KeptResult = 1.2;

    /// <summary>The sum after one more outcome.</summary>
    /// <param name="sum">Before; 0 at first.</param>
    /// <param name="outcome">Its result, label weight, and what was expected of the model.</param>
    /// <param name="integrity">The miner's, as estimated before.</param>
    internal static double Next(double sum, in GateOutcome outcome, double integrity)
    {
        var before = Math.Clamp(Expected(outcome, integrity), LeastExpected, MostExpected);
        var evidence = (outcome.Result * Math.Log(Left))
            + ((1 - outcome.Result) * Math.Log((1 - (Left * before)) / (1 - before)));
        return Math.Max(0, sum + (outcome.Label * evidence));
    }

    /// <summary>What was expected of an answer, 0 to 1.</summary>
    internal static double Expected(in GateOutcome outcome, double integrity) =>
        Math.Min(1, outcome.Expected * Math.Min(MostIntegrity, integrity));

    /// <summary>How likely it is that a miner is still what it was, as a share of what it is without any evidence: what
    /// its next outcome may teach about the model it claims.</summary>
    internal static double Unchanged(double sum) => (1 + Math.Exp(-Even)) / (1 + Math.Exp(sum - Even));

    /// <summary>Whether the sum, on this much evidence, is an alarm.</summary>
    internal static bool IsAlarm(double sum, double evidence, double threshold) =>
        sum > threshold && evidence > LeastEvidence;

    /// <summary>What is left of a miner's record after an alarm.</summary>
    internal static Sums Reset(Sums record) => new(KeptResult * record.Result / record.Weight, KeptWeight);
}
