namespace Gateway.Api.Limits;

/// <summary>How fast a bucket empties.</summary>
/// <param name="Milli">Thousandths of a unit in one period, above 0: a replica's share need not be whole.</param>
/// <param name="Period">Nanoseconds.</param>
internal readonly record struct Rate(long Milli, long Period)
{
    /// <summary>Thousandths in one unit.</summary>
    public const long One = 1000;

    /// <summary>A minute in nanoseconds.</summary>
    public const long Minute = 60_000_000_000;

    /// <summary>A day in nanoseconds.</summary>
    public const long Day = 1440 * Minute;

    /// <summary>How much may be taken at once, in nanoseconds: a whole period's, so the burst equals the limit. A share
    /// below one unit still lets one pass, or nothing ever would.</summary>
    public long Tolerance => Milli >= One ? Period : Cost(1);

    /// <summary>The nanoseconds in which this amount empties out, rounded up: against the caller, by less than one
    /// each.</summary>
    public long Cost(long amount)
    {
        var parts = Period * One;
        return amount <= long.MaxValue / parts
            ? (int)Math.Sign(amount) * ((((amount * parts) - 1) / Milli) + 1)
            : Wide(amount);
    }

    /// <summary>The whole units that empty out in this time, rounded down.</summary>
    public long Amount(long nanos) => (long)((Int128)nanos * Milli / One / Period);

    private long Wide(long amount)
    {
        var cost = (((Int128)amount * Period * One) - 1 + Milli) / Milli;
        return cost > long.MaxValue / 4 ? long.MaxValue / 4 : (long)cost;
    }
}
