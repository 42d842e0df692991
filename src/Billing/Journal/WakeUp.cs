namespace Gateway.Billing;

/// <summary>Wakes one thread, at next to no cost while that thread is awake.</summary>
internal sealed class WakeUp : IDisposable
{
    private readonly AutoResetEvent _event = new(false);
    private int _isAsleep;

    /// <summary>Called after whatever the sleeper's condition asks about has changed.</summary>
    internal void Set()
    {
        // The change must be visible before the question is: else both sides could miss each other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isAsleep) == 1 && Interlocked.Exchange(ref _isAsleep, 0) == 1)
        {
            _event.Set();
        }
    }

    /// <summary>Sleeps until woken or the time is over, unless the condition holds already.</summary>
    internal void Wait(Func<bool> condition, TimeSpan limit)
    {
        Interlocked.Exchange(ref _isAsleep, 1);
        if (!condition())
        {
            _event.WaitOne(limit);
        }

        Volatile.Write(ref _isAsleep, 0);
    }

    public void Dispose() => _event.Dispose();
}
