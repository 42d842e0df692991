namespace Gateway.Billing;

/// <summary>One record of a replica's journal.</summary>
internal abstract record JournalEntry
{
    private JournalEntry()
    {
    }

    /// <summary>Credit or allowance moved into a lease of this replica, or back.</summary>
    /// <param name="Account">The organisation's or budget's account.</param>
    /// <param name="Org">The organisation it belongs to.</param>
    /// <param name="OpSeq">The lease's own count of moves, from one.</param>
    /// <param name="Amount">Nano-USD: above zero granted, below zero returned.</param>
    internal sealed record LeaseMoved(string Account, string Org, long OpSeq, long Amount) : JournalEntry;

    /// <summary>A request ended and is charged.</summary>
    internal sealed record Settle(UsageRecord Record) : JournalEntry;

    /// <summary>The process ended cleanly: nothing follows.</summary>
    internal sealed record Shutdown : JournalEntry;
}
