namespace Gateway.Router.Forwarding;

/// <summary>One timer for all waits of an attempt: each wait sets it anew, and the one that ran out names the failure.
/// No wait for the upstream outlasts the request's deadline; time spent waiting for the caller does not count against
/// it, and has a limit of its own. The host's stopping ends any wait, and so does the caller's departure.</summary>
internal sealed class Patience : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _source = new();
    private readonly TimeProvider _time;
    private readonly RouterLimits _limits;
    private readonly ITimer _timer;
    private readonly long _began;
    private readonly TimeSpan _deadline;
    private readonly CancellationTokenRegistration _stopping;
    private readonly CancellationTokenRegistration _departure;
    private TimeSpan _forCaller;
    private TimeSpan _span = Timeout.InfiniteTimeSpan;
    private long _armed;
    private long _due = long.MaxValue;
    private Action? _late;
    private long _lateDue = long.MaxValue;
    private bool _disposed;

    /// <param name="time">The clock.</param>
    /// <param name="limits">How long a caller may take.</param>
    /// <param name="left">What is left of the request's time.</param>
    /// <param name="stopping">Cancelled when the host waits no longer.</param>
    /// <param name="callerGone">Cancelled when the caller has left.</param>
    internal Patience(
        TimeProvider time,
        RouterLimits limits,
        TimeSpan left,
        CancellationToken stopping,
        CancellationToken callerGone)
    {
        _time = time;
        _limits = limits;
        _began = time.GetTimestamp();
        _deadline = left;
        _timer = time.CreateTimer(
            static state => ((Patience)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _stopping = stopping.UnsafeRegister(
            static state => ((Patience)state!).Expire(FailureReasons.Stopping), this);
        _departure = callerGone.UnsafeRegister(static state => ((Patience)state!).Stop(), this);
    }

    /// <summary>Cancelled when the current wait ran out, or has no more purpose.</summary>
    internal CancellationToken Token => _source.Token;

    internal bool RanOut { get; private set; }

    /// <summary>What is waited for, as the code of its failure; once a wait ran out it stays that one.</summary>
    internal string Phase { get; private set; } = "";

    public void Dispose()
    {
        // Waits for a callback under way, which needs the gate.
        _stopping.Dispose();
        _departure.Dispose();
        lock (_gate)
        {
            _disposed = true;
            _timer.Dispose();
            _source.Dispose();
        }
    }

    /// <summary>Has something done once, unless all has ended by then; it must not wait. Before any wait
    /// begins.</summary>
    internal void WhenLate(TimeSpan after, Action late)
    {
        lock (_gate)
        {
            (_late, _lateDue) = (late, Due(after));
            Set(after);
        }
    }

    /// <summary>Begins to wait for the upstream.</summary>
    internal void Arm(string phase, TimeSpan span)
    {
        var left = _deadline + _forCaller - _time.GetElapsedTime(_began);
        Begin(left < span ? FailureReasons.Deadline : phase, left < span ? left : span);
    }

    /// <summary>Begins to wait for the caller, who alone is to blame when this wait runs out.</summary>
    internal void ArmForCaller()
    {
        var left = _limits.CallerTotal - _forCaller;
        Begin(FailureReasons.CallerStalled, left < _limits.CallerStall ? left : _limits.CallerStall);
    }

    /// <summary>Notes that the caller took what <see cref="ArmForCaller"/> waited for, and waits for the upstream
    /// again.</summary>
    internal void EndForCaller()
    {
        _forCaller += _time.GetElapsedTime(_armed);
        Arm(FailureReasons.IdleTimeout, _limits.Idle);
    }

    /// <summary>Stops what is still going on upstream.</summary>
    internal void Stop() => _source.Cancel();

    private void Begin(string phase, TimeSpan span)
    {
        lock (_gate)
        {
            if (RanOut)
            {
                return;
            }

            Phase = phase;
            _armed = _time.GetTimestamp();
            _span = span > TimeSpan.Zero ? span : TimeSpan.Zero;
            if (Due(_span) < _due)
            {
                Set(_span);
            }
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_time.GetTimestamp() >= _lateDue && !_disposed && !RanOut)
            {
                _lateDue = long.MaxValue;
                _late!();
            }

            // A timer that fires too early belongs to a wait before this one, which has ended well.
            var left = _span - _time.GetElapsedTime(_armed);
            if (left > TimeSpan.Zero && !_disposed)
            {
                Set(Until(_lateDue) < left ? Until(_lateDue) : left);
                return;
            }

            Expire(Phase);
        }
    }

    // Only ever set to fire earlier: a wait that ends later finds it when it fires, and most never let it fire.
    private void Set(TimeSpan span)
    {
        _due = Due(span);
        _timer.Change(span, Timeout.InfiniteTimeSpan);
    }

    // A little later than due: a timer that fires a tick early would find nothing to do, and be set for nothing.
    private TimeSpan Until(long due) =>
        due == long.MaxValue ? TimeSpan.MaxValue : _time.GetElapsedTime(_time.GetTimestamp(), due) + Tick;

    private long Due(TimeSpan span) =>
        _time.GetTimestamp() + (long)((Int128)span.Ticks * _time.TimestampFrequency / TimeSpan.TicksPerSecond);

    private void Expire(string phase)
    {
        lock (_gate)
        {
            if (!RanOut && !_disposed)
            {
                Phase = phase;
                RanOut = true;
                _ = _source.CancelAsync();
            }
        }
    }
}
