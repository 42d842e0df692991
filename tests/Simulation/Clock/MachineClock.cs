namespace Gateway.Simulation;

/// <summary>The clock of one machine: its wall time jumps, its monotonic time does not.</summary>
internal sealed class MachineClock(SimClock clock) : TimeProvider
{
    /// <summary>How wrong it is.</summary>
    internal TimeSpan Offset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => clock.Wall + Offset;

    public override long GetTimestamp() => clock.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(clock, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
