namespace Gateway.Router.Forwarding;

/// <summary>Tells the time a request spends waiting for experts from the time the gateway itself takes. Two attempts
/// may wait at once: that time counts once, until the first of them has something.</summary>
internal sealed class WaitClock(TimeProvider time, long startedTimestamp)
{
    private long _waited;
    private long _since;

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

    internal void BeginWait() => Interlocked.CompareExchange(ref _since, time.GetTimestamp(), 0);

    internal void EndWait()
    {
        var since = Interlocked.Exchange(ref _since, 0);
        if (since != 0)
        {
            Interlocked.Add(ref _waited, time.GetTimestamp() - since);
        }
    }

    private long Micros(long stamps) => (long)((Int128)stamps * 1_000_000 / time.TimestampFrequency);
}
