using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Gateway.DevNet.JsonRpc;

/// <summary>A request that is answered with an error. Clients judge by the code.</summary>
[SuppressMessage("Design", "CA1064", Justification = "No caller outside this module can meet it.")]
internal sealed class RpcException(int code, string message, string? data = null) : Exception(message)
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;

    /// <summary>The state cannot answer (paritytech/polkadot-sdk, substrate/client/rpc-api/src/state/error.rs).
    /// </summary>
    public const int State = 4003;

    public int Code { get; } = code;

    public static RpcException Invalid(string message) => new(InvalidParams, $"Invalid params: {message}");

    public static RpcException UnknownMethod(string method) =>
        new(MethodNotFound, $"Method not found: the DevNet simulator has no {method}");

    public static RpcException NoState(string message) => new(State, $"Client error: {message}");

    public JsonObject ToJson()
    {
        var error = new JsonObject { ["code"] = Code, ["message"] = Message };
        if (data is not null)
        {
            error["data"] = data;
        }

        return error;
    }
}
