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

    public void Leave() => Interlocked.Decrement(ref _open);

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
        Open == 0 && Requests.Empty <= now && Tokens.Empty <= now && Days.Empty <= now;
}
