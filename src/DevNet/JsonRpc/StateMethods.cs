using System.Text.Json.Nodes;
using Gateway.ChainBridge.Blocks;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Storage, metadata and runtime APIs.</summary>
internal static class StateMethods
{
    private const int MostKeys = 1000;

    public static IReadOnlyDictionary<string, RpcHandler> All { get; } = new Dictionary<string, RpcHandler>
    {
        ["state_getMetadata"] = call => Hex.Of(call.View.Metadata(call.StateAt(0)).Span),
        ["state_getRuntimeVersion"] = GetRuntimeVersion,
        ["chain_getRuntimeVersion"] = GetRuntimeVersion,
        ["state_getStorage"] = GetStorage,
        ["state_getStorageAt"] = GetStorage,
        ["state_getStorageSize"] = call => call.View.Storage(call.StateAt(1), call.Bytes(0))?.Length,
        ["state_getStorageHash"] = call => call.View.Storage(call.StateAt(1), call.Bytes(0)) is { } value
            ? Hash256.Of(value).ToString()
            : null,
        ["state_queryStorageAt"] = QueryStorageAt,
        ["state_getKeys"] = call => Keys(call.StateAt(1).State.Keys(call.Bytes(0))),
        ["state_getKeysPaged"] = GetKeysPaged,
        ["state_getKeysPagedAt"] = GetKeysPaged,
        ["state_call"] = Call,
        ["state_callAt"] = Call,
        ["state_subscribeStorage"] = call => Subscriptions.Of(call).AddStorage(call.ByteLists(0)),
        ["state_unsubscribeStorage"] = ChainMethods.Unsubscribe,
        ["state_subscribeRuntimeVersion"] = call => Subscriptions.Of(call).AddRuntimeVersion(),
        ["state_unsubscribeRuntimeVersion"] = ChainMethods.Unsubscribe,
        ["chain_subscribeRuntimeVersion"] = call => Subscriptions.Of(call).AddRuntimeVersion(),
        ["chain_unsubscribeRuntimeVersion"] = ChainMethods.Unsubscribe,
    };

    private static JsonObject GetRuntimeVersion(RpcCall call) => BlockJson.OfVersion(call.StateAt(0).Runtime);

    private static JsonNode? GetStorage(RpcCall call) =>
        call.View.Storage(call.StateAt(1), call.Bytes(0)) is { } value ? Hex.Of(value) : null;

    private static JsonNode Call(RpcCall call)
    {
        var answer = RuntimeApis.Call(call.StateAt(2), call.Text(0), call.Bytes(1));
        var isGarbage = call.View.Faults.HasGarbageMetadata
            && call.Text(0).StartsWith("Metadata_metadata_at", StringComparison.Ordinal);
        return Hex.Of(isGarbage ? answer.AsSpan()[..^1] : answer);
    }

    private static JsonArray QueryStorageAt(RpcCall call)
    {
        var block = call.StateAt(1);
        var changes = call.ByteLists(0).Select(key => Change(key, call.View.Storage(block, key)));
        return new JsonArray(new JsonObject
        {
            ["block"] = block.Hash.ToString(),
            ["changes"] = new JsonArray([.. changes]),
        });
    }

    /// <summary>A key and its value, as storage changes are written.</summary>
    internal static JsonNode Change(byte[] key, byte[]? value) =>
        new JsonArray(Hex.Of(key), value is null ? null : Hex.Of(value));

    private static JsonArray GetKeysPaged(RpcCall call)
    {
        var count = call.Count(1);
        if (count > MostKeys)
        {
            throw new RpcException(4002, $"count exceeds maximum value. value: {count}, max: {MostKeys}");
        }

        var prefix = call[0] is null ? [] : call.Bytes(0);
        var keys = call.StateAt(3).State.Keys(prefix);
        if (call[2] is not null)
        {
            var start = call.Bytes(2);
            keys = keys.SkipWhile(key => key.AsSpan().SequenceCompareTo(start) <= 0);
        }

        return Keys(keys.Take((int)count));
    }

    private static JsonArray Keys(IEnumerable<byte[]> keys) =>
        [.. keys.Select(key => (JsonNode)JsonValue.Create(Hex.Of(key)))];
}
