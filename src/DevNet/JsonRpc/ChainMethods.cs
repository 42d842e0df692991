using System.Text.Json.Nodes;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Blocks and heads.</summary>
internal static class ChainMethods
{
    public static IReadOnlyDictionary<string, RpcHandler> All { get; } = new Dictionary<string, RpcHandler>
    {
        ["chain_getBlockHash"] = GetBlockHash,
        ["chain_getHead"] = GetBlockHash,
        ["chain_getHeader"] = call => call.BlockAt(0) is { } block ? BlockJson.OfHeader(block.Header) : null,
        ["chain_getBlock"] = call => call.BlockAt(0) is { } block ? BlockJson.Of(block) : null,
        ["chain_getFinalizedHead"] = call => call.View.FinalizedHash.ToString(),
        ["chain_getFinalisedHead"] = call => call.View.FinalizedHash.ToString(),
        ["chain_subscribeNewHeads"] = call => Subscribe(call, Heads.Best),
        ["chain_subscribeNewHead"] = call => Subscribe(call, Heads.Best),
        ["chain_subscribeAllHeads"] = call => Subscribe(call, Heads.All),
        ["chain_subscribeFinalizedHeads"] = call => Subscribe(call, Heads.Finalized),
        ["chain_subscribeFinalisedHeads"] = call => Subscribe(call, Heads.Finalized),
        ["chain_unsubscribeNewHeads"] = Unsubscribe,
        ["chain_unsubscribeNewHead"] = Unsubscribe,
        ["chain_unsubscribeAllHeads"] = Unsubscribe,
        ["chain_unsubscribeFinalizedHeads"] = Unsubscribe,
        ["chain_unsubscribeFinalisedHeads"] = Unsubscribe,
    };

    internal static JsonNode Unsubscribe(RpcCall call) => Subscriptions.Of(call).End(call.Text(0));

    private static JsonNode? GetBlockHash(RpcCall call) => call[0] switch
    {
        null => call.View.Best.Hash.ToString(),
        JsonArray many => new JsonArray([.. many.Select(one => HashAt(call, one))]),
        var one => HashAt(call, one),
    };

    private static JsonNode? HashAt(RpcCall call, JsonNode? number) => number is JsonValue value
        ? call.View.HashAt(RpcCall.ToNumber(value))?.ToString()
        : throw RpcException.Invalid("a height is no number");

    private static JsonNode Subscribe(RpcCall call, Heads heads) => Subscriptions.Of(call).AddHeads(heads);
}
