namespace Gateway.Simulation;

/// <summary>A timer that rings once.</summary>
internal sealed class SimTimer(SimClock clock, TimerCallback callback, object? state) : ITimer
{
    private long _due = -1;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _due = dueTime < TimeSpan.Zero ? -1 : clock.Now + dueTime.Ticks;
        if (_due >= 0)
        {
            clock.Add(this, _due);
        }

        return true;
    }

    public void Dispose() => _due = -1;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Ring(long due)
    {
        if (due == _due)
        {
            _due = -1;
            callback(state);
        }
    }
}
