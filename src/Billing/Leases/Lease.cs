namespace Gateway.Billing;

/// <summary>What this replica may spend of one account, in memory: requests take from it and give back without a lock
/// or a round trip. Moves between it and the books are made one at a time, under <see cref="Gate"/>.</summary>
internal sealed class Lease(AccountName name)
{
    private long _free;
    private long _held;
    private long _consumed;
    private long _returning;
    private long _renewBelow;
    private int _lastUsed;
    private volatile bool _isFrozen;
    private volatile int _outages;

    /// <summary>The account; replaced when a budget's cap is changed.</summary>
    internal AccountName Name { get; set; } = name;

    /// <summary>Lets one move pass at a time.</summary>
    internal SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>May be taken by the next request.</summary>
    internal long Free => Volatile.Read(ref _free);

    /// <summary>What running requests hold.</summary>
    internal long Held => Volatile.Read(ref _held);

    /// <summary>Charged since this lease was made.</summary>
    internal long Consumed => Volatile.Read(ref _consumed);

    /// <summary>How many moves the books did not answer; counted under the gate. Who waits at the gate when one more is
    /// counted need not wait for the books himself.</summary>
    internal int Outages
    {
        get => _outages;
        set => _outages = value;
    }

    /// <summary>Counters as the books last told them.</summary>
    internal long Granted { get; private set; }

    internal long Returned { get; private set; }

    internal long OpSeq { get; private set; }

    /// <summary>Whether the account is nearly broke, so that nothing unused is kept.</summary>
    internal bool IsPressed { get; set; }

    internal bool IsFrozen
    {
        get => _isFrozen;
        set => _isFrozen = value;
    }

    /// <summary>The tick before which nothing is moved unasked: the books refused the last move.</summary>
    internal int RestsUntil { get; set; }

    /// <summary>What it spends, and what its requests take.</summary>
    internal LeasePace Pace { get; } = new();

    /// <summary>Whether more should be fetched before it is empty.</summary>
    internal bool WantsRenewal => Free < Volatile.Read(ref _renewBelow) && !IsPressed && !IsFrozen;

    /// <summary>The tick in which a request last took from it.</summary>
    internal int LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>Takes a hold, or nothing.</summary>
    internal bool TryTake(long amount, int tick)
    {
        var free = Volatile.Read(ref _free);
        while (free >= amount && !_isFrozen)
        {
            var seen = Interlocked.CompareExchange(ref _free, free - amount, free);
            if (seen == free)
            {
                Interlocked.Add(ref _held, amount);
                _lastUsed = tick;
                return true;
            }

            free = seen;
        }

        return false;
    }

    /// <summary>Takes what there is, up to an amount, and returns how much.</summary>
    internal long TakeUpTo(long amount)
    {
        var free = Volatile.Read(ref _free);
        while (free > 0 && !_isFrozen)
        {
            var part = long.Min(free, amount);
            var seen = Interlocked.CompareExchange(ref _free, free - part, free);
            if (seen == free)
            {
                Interlocked.Add(ref _held, part);
                return part;
            }

            free = seen;
        }

        return 0;
    }

    /// <summary>A hold ends: its charge is spent, the rest is free again.</summary>
    internal void Release(long hold, long charge)
    {
        Interlocked.Add(ref _held, -hold);
        Interlocked.Add(ref _consumed, charge);
        Interlocked.Add(ref _free, hold - charge);
    }

    /// <summary>Whether money was set aside to be given back and nobody answered: it is neither free nor known to be
    /// back.</summary>
    internal bool IsReturning => Volatile.Read(ref _returning) > 0;

    /// <summary>Sets free money aside to be given back, and returns how much. Under the gate; the next
    /// <see cref="Absorb"/> ends it.</summary>
    internal long BeginReturn()
    {
        // What an earlier return set aside, whose answer was lost, is still on its way: this one takes its place.
        _returning += Interlocked.Exchange(ref _free, 0);
        return _returning;
    }

    /// <summary>What a reply tells anew: granted above zero, returned below. Under the gate, before
    /// <see cref="Absorb"/>.</summary>
    internal long MovedBy(MoveReply reply) => reply.Granted - Granted - (reply.Returned - Returned);

    /// <summary>Takes over what the books have, whichever of our orders they applied. Under the gate.</summary>
    /// <param name="reply">Of an order of this lease.</param>
    /// <param name="claim">What the caller takes of a grant before others see it, if it is that much.</param>
    /// <returns>Whether the claim was met; it then is held.</returns>
    internal bool Absorb(MoveReply reply, long claim)
    {
        var granted = reply.Granted - Granted;
        var returned = reply.Returned - Returned;
        (Granted, Returned, OpSeq) = (reply.Granted, reply.Returned, reply.OpSeq);
        IsPressed = reply.IsPressed;
        _isFrozen = reply.IsFrozen;

        // A return whose answer was lost and that was not applied is free again.
        var back = _returning - returned;
        _returning = 0;
        var isMet = claim > 0 && granted >= claim;
        Interlocked.Add(ref _held, isMet ? claim : 0);
        Interlocked.Add(ref _free, granted + back - (isMet ? claim : 0));
        Volatile.Write(ref _renewBelow, Free / 2);
        return isMet;
    }
}
