namespace Gateway.Billing;

/// <summary>What a halt stops.</summary>
public enum HaltKind
{
    /// <summary>Deposits of a chain: no block is taken in.</summary>
    Deposits,

    /// <summary>All payouts on a chain.</summary>
    Payouts,

    /// <summary>One wallet of the signer's: it signs nothing.</summary>
    Wallet,
}

/// <summary>Something stands still until a person has looked.</summary>
/// <param name="Id">Its name; a halt that comes again has another one, or the cause's.</param>
/// <param name="Stops">What stands still.</param>
/// <param name="Of">The chain's genesis, or the wallet, SS58.</param>
/// <param name="At">Since when.</param>
/// <param name="Reason">What was seen, a sentence for an operator.</param>
public sealed record OpenHalt(string Id, HaltKind Stops, string Of, DateTimeOffset At, string Reason);
