namespace Gateway.ChainBridge.Rpc;

/// <summary>Statuses of a transaction in a node's pool, by their names in JSON.</summary>
internal enum PoolStatusKind
{
    Future,
    Ready,
    Broadcast,
    InBlock,
    Retracted,
    FinalityTimeout,
    Finalized,
    Usurped,
    Dropped,
    Invalid,
}
