namespace Gateway.Simulation;

/// <summary>What happened to money that is not a request's: a run without it proves nothing about it.</summary>
/// <param name="Credited">Deposits that became lots.</param>
/// <param name="Waited">Times that a deposit had to wait for a rate.</param>
/// <param name="Paid">Refunds that were paid.</param>
/// <param name="Restored">Refunds that ended unpaid.</param>
/// <param name="Expired">Lots of promotions that ended with something left.</param>
public readonly record struct CashCounts(long Credited, long Waited, long Paid, long Restored, long Expired)
{
    /// <summary>Both together.</summary>
    public CashCounts Plus(CashCounts other) => new(
        Credited + other.Credited, Waited + other.Waited, Paid + other.Paid, Restored + other.Restored,
        Expired + other.Expired);
}
