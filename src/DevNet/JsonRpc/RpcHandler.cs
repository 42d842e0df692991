using System.Text.Json.Nodes;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Answers one method.</summary>
/// <exception cref="RpcException">The request is refused.</exception>
internal delegate JsonNode? RpcHandler(RpcCall call);
