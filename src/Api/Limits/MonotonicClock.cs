namespace Gateway.Api.Limits;

/// <summary>Nanoseconds since the process began to count, never set back: rate limits must not move with the
/// calendar.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    private const long NanosPerSecond = 1_000_000_000;
    private const long NanosPerTick = 100;

    private readonly long _start = time.GetTimestamp();

    // Zero: the clock's steps are no whole nanoseconds, and the slower way is taken.
    private readonly long _nanosPerStep =
        NanosPerSecond % time.TimestampFrequency == 0 ? NanosPerSecond / time.TimestampFrequency : 0;

    /// <summary>Now, at least 1.</summary>
    public long Now
    {
        get
        {
            var steps = time.GetTimestamp() - _start;
            return 1 + (_nanosPerStep > 0
                ? steps * _nanosPerStep
                : time.GetElapsedTime(_start).Ticks * NanosPerTick);
        }
    }
}
