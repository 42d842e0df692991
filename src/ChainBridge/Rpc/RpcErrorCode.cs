namespace Gateway.ChainBridge.Rpc;

/// <summary>Error codes of Substrate nodes that we act on (paritytech/polkadot-sdk, substrate/client/rpc-api,
/// src/author/error.rs and src/state/error.rs; JSON-RPC 2.0, 5.1).</summary>
internal static class RpcErrorCode
{
    /// <summary>The transaction is invalid: bad signature, old nonce, dead era, no funds.</summary>
    public const int InvalidTransaction = 1010;

    /// <summary>Nobody can say whether the transaction is valid.</summary>
    public const int UnknownValidity = 1011;

    /// <summary>The pool took the transaction's like too often lately.</summary>
    public const int TemporarilyBanned = 1012;

    /// <summary>The very same transaction is in the pool.</summary>
    public const int AlreadyKnown = 1013;

    /// <summary>Another transaction of this nonce is in the pool, with at least as much tip.</summary>
    public const int LowPriority = 1014;

    /// <summary>The state of the block is gone, or the runtime has no such function.</summary>
    public const int StateUnavailable = 4003;

    public const int MethodNotFound = -32601;
}
