namespace Gateway.ChainBridge.Rpc;

/// <summary>Why a call to a node has no answer.</summary>
internal enum RpcFault
{
    /// <summary>The node answered with an error; <see cref="RpcException.Code"/> says which.</summary>
    Refused,

    /// <summary>Too many calls are open; this one was not sent.</summary>
    Busy,

    /// <summary>No answer in time. Whether the node acted on the call is unknown.</summary>
    TimedOut,

    /// <summary>The connection ended, or none could be had. Whether the node acted on the call is unknown.</summary>
    Disconnected,

    /// <summary>An answer that does not read as what was asked for.</summary>
    Garbage,

    /// <summary>The node serves another chain.</summary>
    WrongChain,
}
