using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One life of a replica: its name in the books, its leases, its journal, and how many holds are in
/// them.</summary>
internal sealed class Incarnation
{
    // Below every count of holds: nothing is ever held under it again.
    private const int Closed = int.MinValue;

    private int _holds;
    private volatile bool _isRetiring;

    internal Incarnation(string id, IBooks books, JournalHandle journal, bool isDirect)
    {
        Id = id;
        Journal = journal;
        Desk = new(books, this, isDirect);
    }

    internal string Id { get; }

    internal LeaseBook Leases { get; } = new();

    internal LeaseDesk Desk { get; }

    internal JournalHandle Journal { get; }

    /// <summary>Counts the shell's rounds, so that a lease knows when it was last used without a clock.</summary>
    internal int Tick { get; set; }

    /// <summary>Holds under way, those being asked for included.</summary>
    internal int Holds => int.Max(Volatile.Read(ref _holds), 0);

    /// <summary>Whether the books no longer take it for what it is: closed by another, or older than it. Nothing new is
    /// held under it; what is held is settled, its journal applied, and then it is closed.</summary>
    internal bool IsRetiring => _isRetiring;

    /// <summary>Whether the books have taken its money back: what it holds is no part of any balance.</summary>
    internal bool IsGivenUp { get; set; }

    /// <summary>Whether a new hold may be made: its end must find room in the journal.</summary>
    internal bool CanHold => !_isRetiring && Journal.HasRoom;

    /// <summary>Counts a hold in; false when the incarnation is closed. Whoever was let in is waited for.</summary>
    internal bool TryEnter()
    {
        int holds;
        do
        {
            holds = Volatile.Read(ref _holds);
            if (holds == Closed)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _holds, holds + 1, holds) != holds);

        return true;
    }

    /// <summary>Lets nobody in any more, so that it can be closed without writing off a hold that is just being made;
    /// false while something is held.</summary>
    internal bool TryClose() => Interlocked.CompareExchange(ref _holds, Closed, 0) is 0 or Closed;

    internal void Leave() => Interlocked.Decrement(ref _holds);

    internal void Retire() => _isRetiring = true;

    /// <summary>Gives back what nobody holds of an organisation's credit and budgets.</summary>
    internal async Task ReturnAsync(OrgId org)
    {
        foreach (var lease in Leases.All.Where(lease => lease.Name.Org == org))
        {
            await Desk.ReturnAsync(lease);
        }
    }

    /// <summary>Takes note of what the books say of it and of its leases' accounts.</summary>
    internal void Heed(ReplicaState? state, IReadOnlyList<string> pressed, IReadOnlyList<string> frozen)
    {
        foreach (var lease in pressed.Select(Leases.Find).OfType<Lease>())
        {
            lease.IsPressed = true;
        }

        foreach (var lease in frozen.Select(Leases.Find).OfType<Lease>())
        {
            lease.IsFrozen = true;
        }

        if (state is ReplicaState.ForceClosed or ReplicaState.Drained)
        {
            IsGivenUp = true;
            Retire();
        }
    }

    /// <summary>The books are older than it.</summary>
    internal void RetireAfterRollback()
    {
#if MUTANTS
        if (Mutant.Is(18))
        {
            return;
        }
#endif
        Retire();
    }

    /// <summary>Tells the journal of a move that the books have made: nobody waits for it.</summary>
    internal void Note(JournalEntry entry) => _ = Journal.AppendAsync(entry).AsTask().ContinueWith(
        static failed => _ = failed.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
