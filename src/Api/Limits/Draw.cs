namespace Gateway.Api.Limits;

/// <summary>Units that this replica has drawn ahead of a bucket which all replicas share; below zero: what it owes.
/// Requests take from it by compare-and-swap; one reporter at a time looks at the pace.</summary>
internal struct Draw
{
    // What may be needed until the next report's answer is here, and once more.
    private const int Ahead = 3;
    private const int StandBy = 2;
    private const int Decay = 8;

    private long _left;
    private long _expected;
    private long _pace;
    private long _usual;

    /// <summary>Units left; below zero: owed.</summary>
    public long Left => Volatile.Read(ref _left);

    /// <summary>Takes an amount if it is there.</summary>
    public bool TryTake(long amount)
    {
        var left = Volatile.Read(ref _left);
        while (left >= amount)
        {
            var seen = Interlocked.CompareExchange(ref _left, left - amount, left);
            if (seen == left)
            {
                return true;
            }

            left = seen;
        }

        return false;
    }

    /// <summary>A request gives back what it did not use, or owes what it used beyond its reserve.</summary>
    public void Add(long amount) => Interlocked.Add(ref _left, amount);

    /// <summary>Units drawn, or what a request that has left did not need.</summary>
    public void Receive(long amount)
    {
        Interlocked.Add(ref _expected, amount);
        Interlocked.Add(ref _left, amount);
    }

    /// <summary>All that is left or owed, to be settled with the common bucket.</summary>
    public long TakeAll()
    {
        var left = Interlocked.Exchange(ref _left, 0);
        Interlocked.Add(ref _expected, -left);
        return left;
    }

    /// <summary>A request that had to ask took this much from the common bucket.</summary>
    public void Asked(long amount)
    {
        Volatile.Write(ref _usual, amount);
        Interlocked.Add(ref _expected, amount);
    }

    /// <summary>How much was used since the last time this was asked.</summary>
    public long Used()
    {
        var used = Interlocked.Exchange(ref _expected, Left) - Left;
        _pace = Math.Max(used, _pace - (_pace / Decay) - 1);
        return Math.Max(0, used);
    }

    /// <summary>How much should be here.</summary>
    public readonly long Target => (Math.Max(0, _pace) * Ahead) + (StandBy * _usual);
}
