namespace Gateway.Router.Forwarding;

/// <summary>One timer for all waits of an attempt: each wait sets it anew, and the one that ran out names the failure.
/// No wait for the upstream outlasts the request's deadline; time spent waiting for the caller does not count against
/// it, and has a limit of its own. The host's stopping ends any wait.</summary>
internal sealed class Patience : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _source = new();
    private readonly TimeProvider _time;
    private readonly RouterLimits _limits;
    private readonly ITimer _timer;
    private readonly long _began;
    private readonly TimeSpan _deadline;
    private readonly CancellationTokenRegistration _stopping;
    private TimeSpan _forCaller;
    private TimeSpan _span = Timeout.InfiniteTimeSpan;
    private long _armed;
    private bool _disposed;

    /// <param name="time">The clock.</param>
    /// <param name="limits">How long a caller may take.</param>
    /// <param name="left">What is left of the request's time.</param>
    /// <param name="stopping">Cancelled when the host waits no longer.</param>
    internal Patience(TimeProvider time, RouterLimits limits, TimeSpan left, CancellationToken stopping)
    {
        _time = time;
        _limits = limits;
        _began = time.GetTimestamp();
        _deadline = left;
        _timer = time.CreateTimer(
            static state => ((Patience)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _stopping = stopping.UnsafeRegister(
            static state => ((Patience)state!).Expire(FailureReasons.Stopping), this);
    }

    /// <summary>Cancelled when the current wait ran out.</summary>
    internal CancellationToken Token => _source.Token;

    internal bool RanOut { get; private set; }

    /// <summary>What is waited for, as the code of its failure; once a wait ran out it stays that one.</summary>
    internal string Phase { get; private set; } = "";

    public void Dispose()
    {
        // Waits for a callback under way, which needs the gate.
        _stopping.Dispose();
        lock (_gate)
        {
            _disposed = true;
            _timer.Dispose();
            _source.Dispose();
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
            _timer.Change(_span, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            // A timer that fires while it is set anew belongs to the wait before, which has ended well.
            var left = _span - _time.GetElapsedTime(_armed);
            if (left > TimeSpan.Zero && !_disposed)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            Expire(Phase);
        }
    }

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
