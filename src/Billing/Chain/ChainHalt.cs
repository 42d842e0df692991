namespace Gateway.Billing;

/// <summary>What stands still until a person has looked.</summary>
public enum HaltScope
{
    /// <summary>No block is taken in any more.</summary>
    Deposits,

    /// <summary>Nothing is signed any more.</summary>
    Payouts,
}

/// <summary>Why something stands still.</summary>
/// <param name="Genesis">On which chain.</param>
/// <param name="Scope">What stands still.</param>
/// <param name="Height">At which block.</param>
/// <param name="At">Since when.</param>
/// <param name="Reason">What was seen, a sentence for an operator.</param>
public sealed record ChainHalt(string Genesis, HaltScope Scope, long Height, DateTimeOffset At, string Reason);
