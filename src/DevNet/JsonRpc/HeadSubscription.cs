using System.Text.Json.Nodes;
using Gateway.DevNet.Chain.Blocks;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Headers of new blocks.</summary>
internal sealed class HeadSubscription(PortView view, Heads heads) : Subscription(NameOf(heads))
{
    public override IEnumerable<JsonNode> Begin() =>
        [BlockJson.OfHeader((heads == Heads.Finalized ? view.Finalized : view.Best).Header)];

    public override IEnumerable<JsonNode> OnBest(ChainMove move) => heads switch
    {
        Heads.Best => [BlockJson.OfHeader(move.Enacted[^1].Header)],
        Heads.All => move.Enacted.Select(block => BlockJson.OfHeader(block.Header)),
        Heads.Finalized => [],
    };

    public override IEnumerable<JsonNode> OnFinalized(IReadOnlyList<Block> blocks) => heads == Heads.Finalized
        ? view.Faults.Thin(blocks).Select(block => BlockJson.OfHeader(block.Header))
        : [];

    private static string NameOf(Heads heads) => heads switch
    {
        Heads.Best => "chain_newHead",
        Heads.All => "chain_allHead",
        Heads.Finalized => "chain_finalizedHead",
    };
}
