using System.Numerics;

namespace Gateway.Billing;

/// <summary>A bounded queue for many producers and many consumers without locks: each slot carries the ticket that may
/// use it next (D. Vyukov, "Bounded MPMC queue", 1024cores.net). Nothing is allocated after the start.</summary>
internal sealed class Ring<T>
    where T : class
{
    private readonly Slot[] _slots;
    private readonly long _mask;
    private PaddedCount _tail;
    private PaddedCount _head;
    private T? _returned;

    /// <param name="capacity">At least this many fit.</param>
    internal Ring(int capacity)
    {
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)int.Max(capacity, 2))];
        _mask = _slots.Length - 1;
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i].Turn = i;
        }
    }

    /// <summary>How many were ever put in.</summary>
    internal long Added => Volatile.Read(ref _tail.Value);

    /// <summary>Whether nothing waits; a producer in the middle of its call may be about to change that.</summary>
    internal bool IsEmpty => !HasReturned && Volatile.Read(ref _head.Value) >= Added;

    /// <summary>Whether <see cref="Return"/> was called since the last take.</summary>
    internal bool HasReturned => Volatile.Read(ref _returned) is not null;

    /// <summary>Puts one at the end; false when the ring is full.</summary>
    internal bool TryAdd(T item)
    {
        while (true)
        {
            var ticket = Volatile.Read(ref _tail.Value);
            ref var slot = ref _slots[ticket & _mask];
            var ahead = Volatile.Read(ref slot.Turn) - ticket;
            if (ahead < 0)
            {
                return false;
            }

            if (ahead == 0 && Interlocked.CompareExchange(ref _tail.Value, ticket + 1, ticket) == ticket)
            {
                slot.Item = item;
                Volatile.Write(ref slot.Turn, ticket + 1);
                return true;
            }
        }
    }

    /// <summary>Puts the one just taken back to the front. Only where a single consumer takes; others may take to
    /// empty the ring for good.</summary>
    internal void Return(T item) => Volatile.Write(ref _returned, item);

    /// <summary>Takes the first one; null when there is none.</summary>
    internal T? TryTake()
    {
        if (HasReturned && Interlocked.Exchange(ref _returned, null) is { } returned)
        {
            return returned;
        }

        while (true)
        {
            var ticket = Volatile.Read(ref _head.Value);
            ref var slot = ref _slots[ticket & _mask];
            var ahead = Volatile.Read(ref slot.Turn) - (ticket + 1);
            if (ahead < 0)
            {
                return null;
            }

            if (ahead == 0 && Interlocked.CompareExchange(ref _head.Value, ticket + 1, ticket) == ticket)
            {
                var item = slot.Item;
                slot.Item = null;
                Volatile.Write(ref slot.Turn, ticket + _slots.Length);
                return item;
            }
        }
    }

    private struct Slot
    {
        internal long Turn;
        internal T? Item;
    }
}
