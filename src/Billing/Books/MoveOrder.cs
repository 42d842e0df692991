namespace Gateway.Billing;

/// <summary>A request to move credit or allowance into a lease, or back out of it.</summary>
/// <param name="Incarnation">Whose lease.</param>
/// <param name="Account">Which account.</param>
/// <param name="OpSeq">The lease's next move: one that the books have already is not applied again.</param>
internal abstract record MoveOrder(string Incarnation, AccountName Account, long OpSeq)
{
    /// <summary>Into the lease: at least what is needed, up to what is wanted. The quantum, what a request of this
    /// account takes, lets the books see when it is nearly broke.</summary>
    internal sealed record Grant(
        string Incarnation, AccountName Account, long OpSeq, long Need, long Want, long Quantum)
        : MoveOrder(Incarnation, Account, OpSeq);

    /// <summary>Out of the lease.</summary>
    internal sealed record Return(string Incarnation, AccountName Account, long OpSeq, long Amount)
        : MoveOrder(Incarnation, Account, OpSeq);
}
