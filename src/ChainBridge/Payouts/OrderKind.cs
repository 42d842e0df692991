namespace Gateway.ChainBridge.Payouts;

/// <summary>Why the hot wallet signs.</summary>
public enum OrderKind
{
    /// <summary>An organisation takes back unspent credit; two people approved exactly this payment.</summary>
    Refund,

    /// <summary>A miner is paid what it earned, to whoever owns its hotkey.</summary>
    Miner,

    /// <summary>Our own rao is staked on a hotkey; two people approved exactly this.</summary>
    StakeAdd,

    /// <summary>Stake is taken off a hotkey and comes back as rao; approved likewise. The amount is in billionths of
    /// alpha.</summary>
    StakeRemove,

    /// <summary>Stake is moved from one hotkey or subnet to another; approved likewise. The amount is in billionths of
    /// alpha.</summary>
    StakeMove,
}
