namespace Gateway.ChainBridge.Payouts;

/// <summary>Why the hot wallet pays.</summary>
public enum OrderKind
{
    /// <summary>An organisation takes back unspent credit; two people approved exactly this payment.</summary>
    Refund,

    /// <summary>A miner is paid what it earned, to whoever owns its hotkey.</summary>
    Miner,
}
