using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Reads requests (JSON-RPC 2.0), alone or in batches, and answers them.</summary>
internal static class RpcDispatcher
{
    private const int MostInBatch = 1000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly FrozenDictionary<string, RpcHandler> Handlers = new[]
    {
        SystemMethods.All, ChainMethods.All, StateMethods.All, AuthorMethods.All, DevNetMethods.All,
    }.SelectMany(methods => methods)
        .Append(KeyValuePair.Create<string, RpcHandler>("rpc_methods", _ => Methods()))
        .ToFrozenDictionary();

    /// <summary>The answer, or null where none is due.</summary>
    public static JsonNode? Answer(byte[] text, PortView view, Subscriptions? subscriptions)
    {
        JsonNode? request;
        try
        {
            request = JsonNode.Parse(text, documentOptions: Strict);
        }
        catch (JsonException)
        {
            return Failure(null, new RpcException(RpcException.ParseError, "Parse error"));
        }

        if (request is not JsonArray batch)
        {
            return AnswerOne(request, view, subscriptions);
        }

        if (batch.Count is 0 or > MostInBatch)
        {
            return Failure(null, new RpcException(RpcException.InvalidRequest, "Invalid request"));
        }

        var answers = batch.Select(one => AnswerOne(one, view, subscriptions)).Where(one => one is not null);
        return new JsonArray([.. answers]);
    }

    private static JsonObject? AnswerOne(JsonNode? request, PortView view, Subscriptions? subscriptions)
    {
        if (request is not JsonObject one
            || one["method"] is not JsonValue name
            || !name.TryGetValue<string>(out var method)
            || one["params"] is not (null or JsonArray))
        {
            return Failure(null, new RpcException(RpcException.InvalidRequest, "Invalid request"));
        }

        // A request without an id wants no answer.
        var id = one["id"]?.DeepClone();
        try
        {
            var handler = Handlers.GetValueOrDefault(method) ?? throw RpcException.UnknownMethod(method);
            var result = handler(new RpcCall(method, one["params"] as JsonArray, view, subscriptions));
            return id is null ? null : new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["result"] = result };
        }
        catch (RpcException failure)
        {
            return Failure(id, failure);
        }
        catch (Exception failure) when (failure is InvalidOperationException or OverflowException)
        {
            // A mistake of ours must not end the client's connection.
            return Failure(id, new RpcException(RpcException.InternalError, $"Internal error: {failure.Message}"));
        }
    }

    private static JsonObject Failure(JsonNode? id, RpcException failure) => new()
    {
        ["jsonrpc"] = "2.0",
        ["id"] = id,
        ["error"] = failure.ToJson(),
    };

    private static JsonObject Methods() => new()
    {
        ["methods"] = new JsonArray(
            [.. Handlers.Keys.Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]),
    };
}
