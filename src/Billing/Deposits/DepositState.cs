namespace Gateway.Billing;

/// <summary>Where a finalized transfer stands.</summary>
public enum DepositState
{
    /// <summary>Too little yet: it waits for more to the same address.</summary>
    BelowMinimum,

    /// <summary>No price of TAO serves its block: it waits for a late sample, or for a person.</summary>
    AwaitingRate,

    /// <summary>It has an anomaly: it waits for a person.</summary>
    Quarantined,

    /// <summary>It is credit.</summary>
    Credited,
}
