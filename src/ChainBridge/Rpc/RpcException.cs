using System.Diagnostics.CodeAnalysis;

namespace Gateway.ChainBridge.Rpc;

/// <summary>A call that a node did not answer as hoped. Errors of the node are judged by code: their texts vary.
/// </summary>
[SuppressMessage("Design", "CA1064", Justification = "No caller outside this module can meet it.")]
internal sealed class RpcException(RpcFault fault, string message, int code = 0, Exception? inner = null)
    : Exception(message, inner)
{
    public RpcFault Fault { get; } = fault;

    /// <summary>The node's error code, one of <see cref="RpcErrorCode"/> or another; 0 when the fault is not the node's
    /// answer.</summary>
    public int Code { get; } = code;
}
