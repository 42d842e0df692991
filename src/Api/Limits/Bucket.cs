namespace Gateway.Api.Limits;

/// <summary>A leaky bucket by the generic cell rate algorithm (ITU-T I.371, Annex A, virtual scheduling): all it holds
/// is the time at which it would be empty, changed by compare-and-swap. Any thread may call any member. A bucket
/// that is empty by now equals a new one, so it can be forgotten.</summary>
internal struct Bucket
{
    /// <summary>Answer of <see cref="Take"/> to an amount above the burst: waiting never helps.</summary>
    public const long Never = long.MaxValue;

    // Far above any debt, and low enough that a cost can be added without a check.
    private const long Latest = long.MaxValue / 2;

    private long _empty;
    private long _milli;
    private long _common;
    private int _mirroring;

    /// <summary>The time at which it is empty.</summary>
    public long Empty => Volatile.Read(ref _empty);

    /// <summary>Takes an amount, if it fits now.</summary>
    /// <param name="amount">Units, at least 1.</param>
    /// <param name="rate">The limit now in force.</param>
    /// <param name="now">The clock.</param>
    /// <param name="mark">Where the amount ends in the bucket, for <see cref="GiveBack"/>.</param>
    /// <returns>0 when taken, else the nanoseconds until it fits, or <see cref="Never"/>.</returns>
    public long Take(long amount, Rate rate, long now, out long mark)
    {
        Adopt(rate, now);
        var (cost, tolerance) = (rate.Cost(amount), rate.Tolerance);
        while (true)
        {
            var seen = Volatile.Read(ref _empty);
            mark = Math.Max(seen, now) + cost;
            if (WaitFor(Math.Max(0, seen - now), cost, tolerance) is > 0 and var wait)
            {
                return wait;
            }

            if (Interlocked.CompareExchange(ref _empty, mark, seen) == seen)
            {
                return 0;
            }
        }
    }

    /// <summary>Gives back part of what was taken, but nothing that has run out of the bucket by now: the caller had
    /// the room for it in the meantime, and would have it twice.</summary>
    public void GiveBack(long amount, Rate rate, long mark, long now)
    {
        var unused = Math.Min(rate.Cost(amount), mark - now);
        if (unused > 0)
        {
            Interlocked.Add(ref _empty, -unused);
        }
    }

    /// <summary>Adds what was used beyond the reserve: the bucket may overflow, and later requests wait for
    /// it.</summary>
    public void Owe(long amount, Rate rate, long now)
    {
        var cost = rate.Cost(amount);
        long seen;
        do
        {
            seen = Volatile.Read(ref _empty);
        }
        while (Interlocked.CompareExchange(
            ref _empty, Math.Min(Latest, Math.Max(seen, now) + cost), seen) != seen);
    }

    /// <summary>What <see cref="Take"/> would answer.</summary>
    public long Wait(long amount, Rate rate, long now)
    {
        Adopt(rate, now);
        return WaitFor(Level(now), rate.Cost(amount), rate.Tolerance);
    }

    // The one rule of the bucket, for who takes and for who asks.
    private static long WaitFor(long level, long cost, long tolerance) =>
        cost > tolerance ? Never : Math.Max(0, level + cost - tolerance);

    /// <summary>How many whole units fit now.</summary>
    public long Room(Rate rate, long now)
    {
        Adopt(rate, now);
        return rate.Amount(Math.Max(0, rate.Tolerance - Level(now)));
    }

    /// <summary>Nanoseconds until it is empty.</summary>
    public long Level(long now) => Math.Max(0, Empty - now);

    /// <summary>Nanoseconds until the bucket that all replicas share is empty, as last heard of.</summary>
    public long CommonLevel(long now) => Math.Max(0, Volatile.Read(ref _common) - now);

    /// <summary>Takes over the level of the bucket that all replicas share. A level is a time, so that a replica which
    /// is cut off goes on with its part of what is left: all parts together are what was left. What was taken here
    /// alone while the answer was on its way stays on top: the others have not been told of it yet.</summary>
    public void Mirror(long level, long now)
    {
        EnterMirror();
        long seen;
        long own;
        do
        {
            seen = Volatile.Read(ref _empty);
            own = OwnOf(seen, now);
        }
        while (Interlocked.CompareExchange(ref _empty, now + level + own, seen) != seen);
        Volatile.Write(ref _common, now + level);

        // No rate: the next one is taken over as it is, with this level.
        Volatile.Write(ref _milli, 0);
        Volatile.Write(ref _mirroring, 0);
    }

    /// <summary>Takes out what was taken here alone since it was last told and has not run out yet, to be told to the
    /// others, in nanoseconds.</summary>
    public long TakeOwn(long now)
    {
        EnterMirror();
        var own = OwnOf(Empty, now);
        Interlocked.Add(ref _empty, -own);
        Volatile.Write(ref _mirroring, 0);
        return own;
    }

    /// <summary>Puts back what could not be told.</summary>
    public void PutOwn(long own) => Interlocked.Add(ref _empty, own);

    private readonly long OwnOf(long empty, long now) => Math.Max(0, empty - Math.Max(_common, now));

    // Answers that come at once each change two times that belong together; requests never wait here.
    private void EnterMirror()
    {
        var wait = default(SpinWait);
        while (Interlocked.Exchange(ref _mirroring, 1) != 0)
        {
            wait.SpinOnce();
        }
    }

    // When the limit changes, what is still free stays free, up to the new burst: a change creates no room.
    private void Adopt(Rate rate, long now)
    {
        var old = Volatile.Read(ref _milli);
        if (old == rate.Milli || Interlocked.CompareExchange(ref _milli, rate.Milli, old) != old || old == 0)
        {
            return;
        }

        long seen;
        Int128 level;
        do
        {
            seen = Volatile.Read(ref _empty);
            level = rate.Period - ((Int128)(rate.Period - Math.Max(0, seen - now)) * old / rate.Milli);
        }
        while (Interlocked.CompareExchange(
            ref _empty, now + (long)Int128.Clamp(level, 0, Latest - now), seen) != seen);
    }
}
