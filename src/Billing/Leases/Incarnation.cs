namespace Gateway.Billing;

/// <summary>One life of a replica: the name its leases are under, and how many holds are in them.</summary>
/// <param name="id">As the books know it.</param>
internal sealed class Incarnation(string id)
{
    // Below every count of holds: nothing is ever held under it again.
    private const int Retired = int.MinValue;

    private int _holds;
    private volatile bool _isSuspect;

    internal string Id { get; } = id;

    /// <summary>Holds under way, those being asked for included.</summary>
    internal int Holds => int.Max(Volatile.Read(ref _holds), 0);

    /// <summary>Whether its leases may hold money that no hold knows of, because an answer of the books was lost. A new
    /// incarnation takes over, and closing this one, when its last hold has ended, gives that money back.</summary>
    internal bool IsSuspect => _isSuspect;

    /// <summary>Counts a hold in; false when the incarnation is retired. Whoever was let in is waited for.</summary>
    internal bool TryEnter()
    {
        int holds;
        do
        {
            holds = Volatile.Read(ref _holds);
            if (holds == Retired)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _holds, holds + 1, holds) != holds);

        return true;
    }

    /// <summary>Lets nobody in any more, so that it can be closed without writing off a hold that is just being made;
    /// false while something is held.</summary>
    internal bool TryRetire() => Interlocked.CompareExchange(ref _holds, Retired, 0) is 0 or Retired;

    internal void Leave() => Interlocked.Decrement(ref _holds);

    internal void Suspect() => _isSuspect = true;
}
