namespace Gateway.Billing;

/// <summary>Why rao leaves us.</summary>
public enum PayoutKind
{
    /// <summary>An organisation takes back unspent credit; two people approve.</summary>
    Refund,

    /// <summary>A miner is paid what it earned; it needs no approval.</summary>
    Miner,
}
