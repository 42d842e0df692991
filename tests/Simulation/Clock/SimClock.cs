namespace Gateway.Simulation;

/// <summary>The one true time of a run, which only the driver moves, and what waits for it.</summary>
internal sealed class SimClock
{
    private readonly PriorityQueue<SimTimer, (long Due, long Number)> _timers = new();
    private long _number;

    /// <summary>Ticks of 100 ns since the run's start.</summary>
    internal long Now { get; private set; }

    /// <summary>What a right clock on the wall shows.</summary>
    internal DateTimeOffset Wall => Start.AddTicks(Now);

    private static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Goes on, ringing on the way.</summary>
    internal void Advance(long ticks)
    {
        var until = Now + ticks;
        while (_timers.TryPeek(out var timer, out var priority) && priority.Due <= until)
        {
            _timers.Dequeue();
            Now = long.Max(Now, priority.Due);
            timer.Ring(priority.Due);
        }

        Now = until;
    }

    internal void Add(SimTimer timer, long due) => _timers.Enqueue(timer, (due, ++_number));
}
