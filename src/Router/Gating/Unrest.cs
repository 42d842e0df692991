namespace Gateway.Router.Gating;

/// <summary>How much evidence of a change is an alarm: much while nothing happens, since every false alarm takes an
/// honest miner out for hours, and little while one miner after the other changes, since another change is likely
/// then.</summary>
internal sealed class Unrest
{
    private const double Calm = 6;
    private const double Least = 3;

    // Judged outcomes that an alarm is remembered for.
    private const double Memory = 300;

    // How much likelier each alarm that is remembered makes another change. Leaving the first one out as chance cost
    // two to four points of what is left of the quality after a drift.
    private const double Contagion = 6;

    private double _alarms;

    /// <summary>The sum of evidence at which <see cref="ChangeDetector"/> alarms now: the less, by the logarithm, the
    /// likelier a change is before any evidence.</summary>
    internal double Threshold => Math.Max(Least, Calm - Math.Log(1 + (Contagion * _alarms)));

    /// <summary>Somebody was judged.</summary>
    /// <param name="label">How far the judgement is trusted, 0 to 1.</param>
    internal void Pass(double label) => _alarms *= 1 - (label / Memory);

    /// <summary>Somebody has changed.</summary>
    internal void Alarm() => _alarms++;
}
