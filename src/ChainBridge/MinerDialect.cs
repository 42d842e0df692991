namespace Gateway.ChainBridge;

/// <summary>How a subnet's miners want their requests signed. None but the first was tried against a miner that others
/// run; the texts follow the sources that docs/chain.md names.</summary>
public enum MinerDialect
{
    /// <summary>Epistula version 2: body, id, time and receiver are signed.</summary>
    EpistulaV2,

    /// <summary>Epistula as Apex has it: without an id.</summary>
    EpistulaApex,

    /// <summary>Bittensor's own dendrite: the request is a Synapse, and only some of its fields are signed.</summary>
    Dendrite,

    /// <summary>Fiber's plain mode: body and receiver are signed, nothing is encrypted.</summary>
    Fiber,

    /// <summary>Chutes: body, receiver, sender and time are signed.</summary>
    Chutes,

    /// <summary>Fiber's encrypted mode: the body is sealed under a <see cref="FiberSession"/>, and its name is signed.
    /// </summary>
    FiberSealed,
}
