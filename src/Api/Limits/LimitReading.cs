using System.Globalization;

namespace Gateway.Api.Limits;

/// <summary>How far a limit is used.</summary>
/// <param name="Limit">The whole limit.</param>
/// <param name="Remaining">What is left now, 0 to <paramref name="Limit"/>.</param>
/// <param name="ResetNanos">Nanoseconds until all of it is free again.</param>
internal readonly record struct LimitReading(long Limit, long Remaining, long ResetNanos)
{
    private const long NanosPerMilli = 1_000_000;
    private const long MillisPerSecond = 1000;
    private const long MillisPerMinute = 60_000;
    private const long MillisPerHour = 3_600_000;

    /// <summary>Where there is no limit.</summary>
    public static LimitReading Unlimited { get; } = new(Quota.Unlimited, Quota.Unlimited, 0);

    /// <summary>Of two, the one that will refuse first.</summary>
    public LimitReading Tighter(LimitReading? other) =>
        other is { } seen && (seen.Remaining, -seen.ResetNanos).CompareTo((Remaining, -ResetNanos)) < 0
            ? seen
            : this;

    /// <summary>A time as OpenAI's headers write it: <c>12ms</c>, <c>5.289s</c>, <c>6m0s</c>, <c>1h0m12s</c>; rounded
    /// up to a millisecond.</summary>
    public static string Duration(long nanos)
    {
        var millis = Millis(nanos);
        return millis switch
        {
            0 => "0s",
            < MillisPerSecond => string.Create(CultureInfo.InvariantCulture, $"{millis}ms"),
            < MillisPerMinute => Seconds(millis),
            < MillisPerHour => Minutes(millis),
            _ => string.Create(
                CultureInfo.InvariantCulture, $"{millis / MillisPerHour}h{Minutes(millis % MillisPerHour)}"),
        };
    }

    /// <summary>Milliseconds, rounded up.</summary>
    public static long Millis(long nanos) => (nanos / NanosPerMilli) + (nanos % NanosPerMilli > 0 ? 1 : 0);

    private static string Minutes(long millis) => string.Create(
        CultureInfo.InvariantCulture, $"{millis / MillisPerMinute}m{Seconds(millis % MillisPerMinute)}");

    private static string Seconds(long millis)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{millis / MillisPerSecond}.{millis % MillisPerSecond:000}");
        return text.TrimEnd('0').TrimEnd('.') + "s";
    }
}
