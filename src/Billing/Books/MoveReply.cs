namespace Gateway.Billing;

/// <summary>How the books answered a move.</summary>
internal enum MoveOutcome
{
    /// <summary>Applied, by this order.</summary>
    Moved,

    /// <summary>This move had been applied before: its answer was lost. The counters tell what it was.</summary>
    Known,

    /// <summary>The account has less than is needed.</summary>
    Insufficient,

    /// <summary>The organisation is frozen.</summary>
    Frozen,

    /// <summary>The incarnation's leases are closed: it must come back as a new one.</summary>
    Closed,

    /// <summary>The books know less of this lease than its replica: they went back in time.</summary>
    Behind,

    /// <summary>The counters of the lease are full, after 9.2e9 USD in one process's life.</summary>
    Full,
}

/// <summary>The answer to a move: what the books have now, so that a lost answer is made good by the next.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Granted">The lease's counter.</param>
/// <param name="Returned">The lease's counter.</param>
/// <param name="OpSeq">The lease's last move.</param>
/// <param name="Room">What is left to lease.</param>
/// <param name="Elsewhere">What other replicas have of the account.</param>
/// <param name="Spent">What the account has spent.</param>
/// <param name="IsPressed">Whether unused money should be given back at once.</param>
/// <param name="IsFrozen">Whether the organisation is frozen, also where money came back.</param>
internal sealed record MoveReply(
    MoveOutcome Outcome,
    long Granted = 0,
    long Returned = 0,
    long OpSeq = 0,
    long Room = 0,
    long Elsewhere = 0,
    long Spent = 0,
    bool IsPressed = false,
    bool IsFrozen = false);
