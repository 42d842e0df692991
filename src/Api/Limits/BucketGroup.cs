namespace Gateway.Api.Limits;

/// <summary>The buckets of one scope.</summary>
internal sealed class BucketGroup
{
#pragma warning disable CA1051 // Mutable structs: a property would hand out copies.
    public Bucket Requests;
    public Bucket Tokens;
    public Bucket Days;
#pragma warning restore CA1051
    private long _open;
    private volatile bool _retired;
    private volatile Draws? _draws;

    /// <summary>What was drawn of the buckets that all replicas share; null while none is known of here.</summary>
    public Draws? Draws => _draws;

    /// <summary>Requests running now.</summary>
    public long Open => Volatile.Read(ref _open);

    /// <summary>Whether the table has dropped it, so that what was just taken of it must be taken anew.</summary>
    public bool IsRetired => _retired;

    public bool Enter(long limit)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _open);
            if (seen >= limit)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _open, seen + 1, seen) == seen)
            {
                return true;
            }
        }
    }

    /// <summary>Takes a place that is yet to be granted; returns how many are taken with it.</summary>
    public long Enter() => Interlocked.Increment(ref _open);

    public void Leave() => Interlocked.Decrement(ref _open);

    /// <summary>Begins to draw of common buckets, once.</summary>
    public Draws Join(LimitRule rule)
    {
        var joined = _draws ?? Interlocked.CompareExchange(ref _draws, new(rule), null) ?? _draws;
        joined.Rule = rule;
        return joined;
    }

    /// <summary>Forgets the common buckets: nothing is drawn any more.</summary>
    public void Part() => _draws = null;

    /// <summary>The bucket of a kind.</summary>
    public ref Bucket this[LimitKind kind]
    {
        get
        {
            if (kind == LimitKind.TokensPerMinute)
            {
                return ref Tokens;
            }

            if (kind == LimitKind.RequestsPerDay)
            {
                return ref Days;
            }

            return ref Requests;
        }
    }

    /// <summary>Marks it as dropped if it says no more than a new one would. Who took something of it at the same time
    /// is seen here, or sees the mark there: both sides write before they read.</summary>
    public bool TryRetire(long now)
    {
        if (!IsIdle(now))
        {
            return false;
        }

        _retired = true;
        Interlocked.MemoryBarrier();
        if (IsIdle(now))
        {
            return true;
        }

        _retired = false;
        return false;
    }

    private bool IsIdle(long now) =>
        Open == 0 && Draws?.IsGood(now) != true && Requests.Empty <= now && Tokens.Empty <= now && Days.Empty <= now;
}
