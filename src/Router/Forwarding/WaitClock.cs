namespace Gateway.Router.Forwarding;

/// <summary>Tells the time a request spends waiting for experts, or for a caller who does not take what is sent,
/// from the time the gateway itself takes. Two attempts
/// may wait at once: that time counts once, until the first of them has something.</summary>
internal sealed class WaitClock(TimeProvider time, long startedTimestamp)
{
    private long _waited;
    private long _since;
    private long _ended;

    /// <summary>Microseconds since the request arrived.</summary>
    internal long TotalMicros => Micros(time.GetTimestamp() - startedTimestamp);

    /// <summary>Microseconds of them spent waiting.</summary>
    internal long WaitedMicros
    {
        get
        {
            var since = Volatile.Read(ref _since);
            var open = since == 0 ? 0 : time.GetTimestamp() - since;
            return Micros(Volatile.Read(ref _waited) + open);
        }
    }

    /// <summary>Microseconds spent in the gateway itself.</summary>
    internal long OverheadMicros => Math.Max(0, TotalMicros - WaitedMicros);

    /// <summary>Microseconds from the request's arrival to a timestamp.</summary>
    internal long SinceStart(long timestamp) => Micros(timestamp - startedTimestamp);

    /// <summary>When the last wait ended, as <see cref="TimeProvider.GetTimestamp"/> has it.</summary>
    internal long EndedTimestamp => Volatile.Read(ref _ended);

    /// <summary>Begins a wait; false: one is under way, which is the one to end.</summary>
    internal bool BeginWait() => Interlocked.CompareExchange(ref _since, time.GetTimestamp(), 0) == 0;

    internal void EndWait()
    {
        var since = Interlocked.Exchange(ref _since, 0);
        if (since != 0)
        {
            var now = time.GetTimestamp();
            Volatile.Write(ref _ended, now);
            Interlocked.Add(ref _waited, now - since);
        }
    }

    /// <summary>Microseconds of a difference of timestamps.</summary>
    internal long Micros(long stamps) => (long)((Int128)stamps * 1_000_000 / time.TimestampFrequency);
}
