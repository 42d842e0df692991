namespace Gateway.DevNet.Chain.Transactions;

/// <summary>Steps of a transaction, as author_extrinsicUpdate names them.</summary>
internal enum TransactionStep
{
    /// <summary>An earlier nonce is missing.</summary>
    Future,

    /// <summary>The next block may take it.</summary>
    Ready,

    InBlock,

    /// <summary>Its block is no longer part of the best chain.</summary>
    Retracted,

    Finalized,

    /// <summary>Another of the same nonce took its place.</summary>
    Usurped,

    /// <summary>The node gave it up.</summary>
    Dropped,

    Invalid,
}
