namespace Gateway.Router.Gating;

/// <summary>How much evidence of a change is an alarm: much while nothing happens, since every false alarm takes an
/// honest miner out for hours, and little while answers are worse than usual, or one miner after the other has changed:
/// then another change is likely.</summary>
internal sealed class Unrest
{
    private const double Calm = 6;
    private const double Least = 2.5;

    // Judged outcomes that an alarm is remembered for, and what each makes another change likelier.
    private const double Memory = 300;
    private const double Contagion = 2;

    // Over how many outcomes answers are compared with what was expected, and over how many it is told what usually
    // lacks there: the best of many guesses is always a little too high.
    private const double Recent = 150;
    private const double Usual = 3000;

    // Standard errors that are chance.
    private const double Chance = 1;
    private const double LeastVariance = 0.01;

    private double _alarms;
    private double _recent;
    private double _usual;
    private double _variance = 0.2;

    /// <summary>The sum of evidence at which <see cref="ChangeDetector"/> alarms now: the less, by the logarithm, the
    /// likelier a change is before any evidence.</summary>
    internal double Threshold => Math.Max(
        Least, Calm - Math.Log(1 + (Contagion * _alarms)) - Math.Max(0, Disappointment - Chance));

    // What is lacking of late beyond the usual, in standard errors. A mean that forgets is as sure as one of twice its
    // memory's outcomes.
    private double Disappointment =>
        (_recent - _usual) / Math.Sqrt(Math.Max(LeastVariance, _variance) / (2 * Recent));

    /// <summary>Somebody was judged.</summary>
    /// <param name="expected">What was expected of the answer, 0 to 1.</param>
    /// <param name="result">What it was worth, 0 to 1.</param>
    /// <param name="label">How far the judgement is trusted, 0 to 1.</param>
    internal void Pass(double expected, double result, double label)
    {
        var lacking = expected - result;
        _alarms *= 1 - (label / Memory);
        _recent += label * (lacking - _recent) / Recent;
        _usual += label * (lacking - _usual) / Usual;
        _variance += label * ((expected * (1 - expected)) - _variance) / Usual;
    }

    /// <summary>Somebody has changed.</summary>
    internal void Alarm() => _alarms++;
}
