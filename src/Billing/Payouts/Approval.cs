namespace Gateway.Billing;

/// <summary>The answer to an approval.</summary>
public enum Approval
{
    /// <summary>It counts, and another person must approve.</summary>
    First,

    /// <summary>It counts, and the signer may act.</summary>
    Second,

    /// <summary>Who asked for it cannot approve it.</summary>
    ByRequester,

    /// <summary>This person has approved it before.</summary>
    Twice,

    /// <summary>There is no such payout, or it no longer waits for approval.</summary>
    NotWaiting,
}
