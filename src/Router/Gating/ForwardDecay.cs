namespace Gateway.Router.Gating;

/// <summary>Weights that grow with time instead of sums that shrink: an outcome at <c>t</c> enters with
/// <c>2^((t - t0)/H)</c> and reading divides by the weight of now, so that sums add in any order (Cormode and others,
/// Forward decay, ICDE 2009).</summary>
/// <param name="halfLife">H in seconds, above 0.</param>
internal sealed class ForwardDecay(double halfLife)
{
    /// <summary>After so many seconds the landmark moves, long before a weight could overflow.</summary>
    internal const double LandmarkLife = 24 * 3600;

    // A clock that runs ahead must not buy its outcomes more weight.
    private const double MostAhead = 5;

    /// <summary>t0, in seconds.</summary>
    internal double Landmark { get; private set; }

    /// <summary>The weight of an outcome, as of the landmark.</summary>
    /// <param name="time">When it happened; a date more than 5 s ahead counts as now.</param>
    /// <param name="now">The reader's clock.</param>
    internal double Weight(double time, double now) => At(time > now + MostAhead ? now : time);

    /// <summary>What every sum is divided by when it is read.</summary>
    internal double At(double time) => Math.Pow(2, (time - Landmark) / halfLife);

    /// <summary>What sums of another landmark are multiplied by to be of this one.</summary>
    internal double Factor(double landmark) => Math.Pow(2, (landmark - Landmark) / halfLife);

    /// <summary>Moves the landmark when it is old.</summary>
    /// <returns>What every sum is to be multiplied by; 1 while it stays.</returns>
    internal double Advance(double now)
    {
        if (now - Landmark < LandmarkLife)
        {
            return 1;
        }

        var old = Landmark;
        Landmark = Math.Floor(now / LandmarkLife) * LandmarkLife;
        return Factor(old);
    }
}
