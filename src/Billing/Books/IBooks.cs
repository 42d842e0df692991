namespace Gateway.Billing;

/// <summary>The books as replicas deal with them: each member is one transaction. On SQLite and PostgreSQL it is SQL;
/// the simulator has it in memory, with the same rules.</summary>
internal interface IBooks
{
    /// <summary>Enters a new incarnation.</summary>
    public Task RegisterAsync(string incarnation, string node);

    /// <summary>Says that an incarnation lives and what its requests hold of each account, where that
    /// changed.</summary>
    public Task<BeatReply> BeatAsync(string incarnation, IReadOnlyDictionary<string, long> held);

    /// <summary>Moves money into a lease or back.</summary>
    public Task<MoveReply> MoveAsync(MoveOrder order);

    /// <summary>What <see cref="MoveAsync"/> would answer now, with the room that there is before it. Nothing
    /// changes.</summary>
    public Task<MoveReply> ForeseeAsync(MoveOrder order);

    /// <summary>Applies a run of records.</summary>
    /// <exception cref="BrokenInvariantException">A record of it cannot be applied; none was.</exception>
    public Task<PushReply> PushAsync(PushOrder order);

    /// <summary>An incarnation; null when the books do not know it.</summary>
    public Task<ReplicaRow?> FindAsync(string incarnation);

    /// <summary>Closes an incarnation whose journal is applied to its end: what its leases still have goes back. False
    /// when another record was applied meanwhile.</summary>
    public Task<bool> DrainAsync(string incarnation, long end);

    /// <summary>Marks incarnations unseen for so long as orphans, and force-closes orphans unseen for longer.</summary>
    public Task<SweepReply> SweepAsync(TimeSpan orphanAfter, TimeSpan closeAfter);

    /// <summary>Where the store belongs to one process, incarnations that are not closed; none where several share it,
    /// for there one may live without our knowing.</summary>
    public Task<IReadOnlyList<string>> AbandonedAsync();

    /// <summary>Asks all replicas to give back what they do not use of an organisation's credit.</summary>
    public Task PressAsync(string org);

    /// <summary>Stops an organisation until somebody has looked.</summary>
    public Task FreezeAsync(string org);
}

/// <summary>The answer to a beat.</summary>
/// <param name="Row">The incarnation as it is now; null when the books do not know it.</param>
/// <param name="Live">Replicas alive, one at least.</param>
/// <param name="Now">The books' clock.</param>
/// <param name="Pressed">Accounts of this incarnation's leases whose unused money should come back.</param>
internal sealed record BeatReply(ReplicaRow? Row, int Live, DateTimeOffset Now, IReadOnlyList<string> Pressed);

/// <summary>What a sweep did.</summary>
/// <param name="Orphaned">Incarnations not heard of.</param>
/// <param name="Closed">Incarnations whose money was taken back.</param>
internal sealed record SweepReply(IReadOnlyList<string> Orphaned, IReadOnlyList<string> Closed);
