using System.Text.Json.Nodes;

namespace Gateway.DevNet.JsonRpc;

/// <summary>What the node says of itself: everywhere, that it is a simulator.</summary>
internal static class SystemMethods
{
    public const string ChainName = "DevNet simulator";

    private const ushort Ss58Format = 42;
    private const int Decimals = 9;

    public static IReadOnlyDictionary<string, RpcHandler> All { get; } = new Dictionary<string, RpcHandler>
    {
        ["system_chain"] = _ => ChainName,
        ["system_chainType"] = _ => "Development",
        ["system_name"] = _ => "Gateway DevNet simulator",
        ["system_version"] = _ => Version,
        ["system_properties"] = _ => new JsonObject
        {
            ["ss58Format"] = Ss58Format,
            ["tokenDecimals"] = Decimals,
            ["tokenSymbol"] = "TAO",
        },
        ["system_health"] = _ => new JsonObject
        {
            ["peers"] = 0,
            ["isSyncing"] = false,
            ["shouldHavePeers"] = false,
        },
        ["system_nodeRoles"] = _ => new JsonArray("Authority"),
        ["system_syncState"] = call => new JsonObject
        {
            ["startingBlock"] = 0,
            ["currentBlock"] = call.View.Best.Number,
            ["highestBlock"] = call.View.Best.Number,
        },
        ["system_accountNextIndex"] = NextIndex,
        ["account_nextIndex"] = NextIndex,
    };

    private static string Version { get; } =
        $"{typeof(SystemMethods).Assembly.GetName().Version?.ToString(fieldCount: 3)}-simulator";

    private static JsonNode NextIndex(RpcCall call) => call.Chain.NextNonce(call.Account(0));
}
