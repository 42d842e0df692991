using System.Text.Json.Nodes;
using Gateway.DevNet.Chain.Blocks;

namespace Gateway.DevNet.JsonRpc;

/// <summary>The runtime of the best block: now, and whenever it is another.</summary>
internal sealed class RuntimeSubscription(PortView view) : Subscription("state_runtimeVersion")
{
    private uint _told;

    public override IEnumerable<JsonNode> Begin() => Tell(view.Best);

    public override IEnumerable<JsonNode> OnBest(ChainMove move) =>
        move.Enacted[^1].Runtime.SpecVersion == _told ? [] : Tell(move.Enacted[^1]);

    private JsonNode[] Tell(Block block)
    {
        _told = block.Runtime.SpecVersion;
        return [BlockJson.OfVersion(block.Runtime)];
    }
}
