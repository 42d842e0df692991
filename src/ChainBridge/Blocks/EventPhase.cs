namespace Gateway.ChainBridge.Blocks;

/// <summary>When in its block an event happened.</summary>
internal enum EventPhase
{
    /// <summary>While an extrinsic ran.</summary>
    ApplyExtrinsic,

    /// <summary>After the extrinsics.</summary>
    Finalization,

    /// <summary>Before the extrinsics.</summary>
    Initialization,
}
