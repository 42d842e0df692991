namespace Gateway.Billing;

/// <summary>Why a transfer is kept and not credited until a person has looked.</summary>
public enum DepositAnomaly
{
    /// <summary>Nothing is odd.</summary>
    None,

    /// <summary>The address is ours and nobody knows for whom.</summary>
    Unattributed,

    /// <summary>Not TAO.</summary>
    UnsupportedAsset,

    /// <summary>Found by comparing balances with the chain, not as an event.</summary>
    Drift,

    /// <summary>The sender is on a list.</summary>
    Sanctions,
}
