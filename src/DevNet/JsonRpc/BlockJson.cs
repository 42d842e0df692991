using System.Text.Json.Nodes;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.Runtime;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Blocks and runtimes in the JSON of nodes.</summary>
internal static class BlockJson
{
    public static JsonObject OfHeader(BlockHeader header) => new()
    {
        ["parentHash"] = header.Parent.ToString(),
        ["number"] = Hex.Of(header.Number),
        ["stateRoot"] = header.StateRoot.ToString(),
        ["extrinsicsRoot"] = header.ExtrinsicsRoot.ToString(),
        ["digest"] = new JsonObject { ["logs"] = new JsonArray([.. header.Digest.Select(OfDigest)]) },
    };

    public static JsonObject Of(Block block) => new()
    {
        ["block"] = new JsonObject
        {
            ["header"] = OfHeader(block.Header),
            ["extrinsics"] = new JsonArray(
                [.. block.Extrinsics.Select(bytes => JsonValue.Create(Hex.Of(bytes)))]),
        },
        ["justifications"] = null,
    };

    /// <summary>The version, with those runtime APIs only that are simulated.</summary>
    public static JsonObject OfVersion(DevRuntime runtime)
    {
        var version = runtime.Version;
        return new JsonObject
        {
            ["specName"] = version["spec_name"].ToText(),
            ["implName"] = "devnet-simulator",
            ["authoringVersion"] = version["authoring_version"].ToUInt32(),
            ["specVersion"] = runtime.SpecVersion,
            ["implVersion"] = version["impl_version"].ToUInt32(),
            ["apis"] = new JsonArray([.. RuntimeApis.Versions.Select(OfApi)]),
            ["transactionVersion"] = runtime.TransactionVersion,
            ["stateVersion"] = 1,
        };
    }

    private static JsonArray OfApi((string Id, uint Version) api) => [api.Id, api.Version];

    private static JsonValue OfDigest(DigestItem item)
    {
        var writer = new ScaleWriter();
        item.Write(writer);
        return JsonValue.Create(Hex.Of(writer.Written));
    }
}
