namespace Gateway.Router.Load;

/// <summary>What is known of an upstream's health at one moment.</summary>
/// <param name="InFlight">Attempts running.</param>
/// <param name="Failures">Failures since the last success.</param>
/// <param name="Ejected">Whether it sits out; after its time a single trial is let through.</param>
internal readonly record struct LoadReading(int InFlight, int Failures, bool Ejected);

/// <summary>What an attempt's end says about its upstream.</summary>
internal enum AttemptMark
{
    /// <summary>It works.</summary>
    Good,

    /// <summary>It does not.</summary>
    Bad,

    /// <summary>Nothing: the caller left, or the request was at fault.</summary>
    Neutral,

    /// <summary>It has too much to do: status 429, or it was too slow.</summary>
    Busy,
}

/// <summary>The live load and recent failures of one upstream. What plans read of it stands on a board.</summary>
internal sealed class UpstreamLoad(TimeProvider time, ModelLoad model)
{
    /// <summary>Above this many attempts at once an upstream gets no more; generous, since a local server may be the
    /// only expert there is.</summary>
    internal const int MaxInFlight = 1024;

    // Who failed last comes after everybody who did not, and is still drawn now and then.
    private const float PenaltyOfFailure = 0.1f;
    private const float MostPenalty = 0.5f;

    // Slower than its model's others by this factor it sits out; below a second nobody is slow.
    private const double SlowFactor = 5;
    private const double TroubleFactor = 3;
    private const double NeverSlow = 1;
    private const int LeastSeen = 10;

    private static readonly TimeSpan LongestCooling = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly ConcurrencyLimit _limit = new();
    private readonly Pace _pace = new();
    private LiveBoard _board = LiveBoard.None;
    private int _slot;
    private readonly FailureRecord _record = new();
    private readonly OwnEjections _own = new();
    private long _ejectedUntil;
    private int _ejections;

    internal UpstreamLoad(TimeProvider time)
        : this(time, new())
    {
    }

    /// <summary>How its model does over all upstreams.</summary>
    internal ModelLoad Model => model;

    internal LoadReading Read()
    {
        lock (_gate)
        {
            // Past its time an upstream stays out while a trial runs, so that trials come one by one.
            var ejected = _ejectedUntil != 0
                && (_limit.InFlight > 0 || time.GetUtcNow().UtcTicks < _ejectedUntil);
            return new(_limit.InFlight, _record.Failures, ejected);
        }
    }

    /// <summary>Whether it sits out, for everybody or for that organisation.</summary>
    internal bool IsEjectedFor(Guid org)
    {
        lock (_gate)
        {
            return Read().Ejected || _own.Holds(org, time.GetUtcNow().UtcTicks);
        }
    }

    /// <summary>Seconds within which 95 of 100 first tokens came; the model's while little is known of itself, and
    /// null while little is known of that.</summary>
    internal double? LateFirst()
    {
        lock (_gate)
        {
            if (_pace.First.Count >= HedgePolicy.LeastSeen)
            {
                return _pace.FirstLate;
            }
        }

        var (_, late, count) = model.First();
        return count >= HedgePolicy.LeastSeen ? late : null;
    }

    /// <summary>Its own times, as far as they are known.</summary>
    internal LiveFigures Figures()
    {
        lock (_gate)
        {
            return new(
                Known(_pace.FirstMedian), Known(_pace.FirstLate),
                _pace.TokenMedian > 0 ? 1 / _pace.TokenMedian : null, null, null);
        }
    }

    /// <summary>Attempts running, and how many may.</summary>
    internal (int InFlight, int Limit) Share()
    {
        lock (_gate)
        {
            return (_limit.InFlight, _limit.Limit);
        }
    }

    /// <summary>From now on its state stands at that slot of that board.</summary>
    internal void Attach(LiveBoard board, int slot)
    {
        lock (_gate)
        {
            (_board, _slot) = (board, slot);
            Publish();
            _board.WritePace(_slot, _pace.FirstMedian, _pace.TokenMedian);
        }
    }

    internal void Begin()
    {
        lock (_gate)
        {
            _limit.Begin();
            Publish();
        }
    }

    /// <param name="mark">What the end says.</param>
    /// <param name="org">For whom it was; empty: for ourselves.</param>
    /// <param name="coolFor">How long the upstream asked to be left alone.</param>
    internal void End(AttemptMark mark, Guid org = default, TimeSpan? coolFor = null)
    {
        lock (_gate)
        {
            _limit.End(isTrouble: mark is AttemptMark.Busy or AttemptMark.Bad);
            switch (mark)
            {
                case AttemptMark.Good:
                    Succeed(org);
                    break;
                case AttemptMark.Bad:
                    Fail(org);
                    break;
                case AttemptMark.Busy when coolFor > TimeSpan.Zero:
                    Cool(coolFor.Value);
                    break;
                case AttemptMark.Busy:
                    Fail(org);
                    break;
                case AttemptMark.Neutral:
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(mark), mark, "No such mark.");
            }

            Publish();
        }

        if (mark is AttemptMark.Good or AttemptMark.Bad)
        {
            model.Count(mark == AttemptMark.Good, time.GetUtcNow());
        }
    }

    /// <summary>Counts a refusal as a failure, after another upstream has answered the same request.</summary>
    /// <param name="org">Whose request it was.</param>
    internal void Refute(Guid org)
    {
        lock (_gate)
        {
            Fail(org);
            Publish();
        }

        model.Count(false, time.GetUtcNow());
    }

    /// <summary>Learns how long a successful attempt took; off the path of requests.</summary>
    internal void Learn(in Timing timing)
    {
        model.Add(timing);
        var (usual, _, seen) = model.First();
        lock (_gate)
        {
            _pace.Add(timing);
            if (timing.IsStream && seen >= LeastSeen && timing.First > Math.Max(NeverSlow, TroubleFactor * usual))
            {
                _limit.Shrink();
            }

            if (_pace.First.Count >= LeastSeen && _pace.FirstMedian > NeverSlow && _ejectedUntil == 0
                && _pace.FirstMedian > SlowFactor * usual)
            {
                Eject();
            }

            Publish();
            _board.WritePace(_slot, _pace.FirstMedian, _pace.TokenMedian);
        }
    }

    private static double? Known(double seconds) => seconds > 0 ? seconds : null;

    private void Publish()
    {
        var penalty = _limit.InFlight >= MaxInFlight
            ? float.PositiveInfinity
            : Math.Min(MostPenalty, PenaltyOfFailure * _record.Failures);
        _board.Write(_slot, penalty, (float)_limit.Load, _ejectedUntil != 0 || _own.Any);
    }

    private void Succeed(Guid org)
    {
        _record.Add(org, isFailure: false);
        _own.Succeed(org, time.GetUtcNow().UtcTicks);
        _ejectedUntil = 0;
        _ejections = 0;
    }

    private void Fail(Guid org)
    {
        var now = time.GetUtcNow().UtcTicks;
        _record.Add(org, isFailure: true);
        if (org != Guid.Empty)
        {
            _own.Fail(org, now);
        }

        // A failure while ejected is a failed trial, or comes from an attempt begun before; only the former counts.
        if (_ejectedUntil != 0 ? now >= _ejectedUntil : _record.IsBroken)
        {
            Eject();
        }
    }

    // It said how long it wants to be left alone: that is no failure.
    private void Cool(TimeSpan wanted)
    {
        var until = (time.GetUtcNow() + (wanted < LongestCooling ? wanted : LongestCooling)).UtcTicks;
        _ejectedUntil = Math.Max(_ejectedUntil, until);
    }

    private void Eject()
    {
        _record.Clear();
        _ejectedUntil = (time.GetUtcNow() + Backoff.Of(_ejections++)).UtcTicks;
    }
}
