using Gateway.Core;

namespace Gateway.Billing;

/// <summary>How the books answered a request to move credit into a lease.</summary>
internal enum GrantOutcome
{
    /// <summary>Moved.</summary>
    Granted,

    /// <summary>The organisation has less than that.</summary>
    Insufficient,

    /// <summary>The organisation is frozen.</summary>
    Frozen,

    /// <summary>This incarnation has been closed by another replica: it must come back as a new one.</summary>
    ReplicaClosed,

    /// <summary>The lease's counters are full, after 9.2e9 USD in one process's life.</summary>
    LeaseFull,
}

/// <summary>The answer with the balances it was decided on.</summary>
internal sealed record Grant(GrantOutcome Outcome, NanoUsd Available = default, NanoUsd Leased = default);
