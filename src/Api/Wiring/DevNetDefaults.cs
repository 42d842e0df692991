using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>What DevNet assumes where nothing is set: TAO's price, and prices of the simulated models in USD per
/// million tokens.</summary>
internal static class DevNetDefaults
{
    private const string Embed = "devnet-embed";
    private const string Rerank = "devnet-rerank";

    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Gateway:Rates:Fixed"] = "400.00",
        ["Gateway:Pricing:Usd:devnet-large:Input"] = "0.50",
        ["Gateway:Pricing:Usd:devnet-large:Output"] = "1.50",
        ["Gateway:Pricing:Usd:devnet-small:Input"] = "0.05",
        ["Gateway:Pricing:Usd:devnet-small:Output"] = "0.20",
        [$"Gateway:Pricing:Usd:{Embed}:Input"] = "0.02",
        [$"Gateway:Pricing:Usd:{Embed}:Output"] = "0",
        [$"Gateway:Pricing:Usd:{Rerank}:Input"] = "0.05",
        [$"Gateway:Pricing:Usd:{Rerank}:Output"] = "0",
    };

    /// <summary>What a simulated model is for.</summary>
    public static ModelTask TaskOf(ModelId model) => model.Value switch
    {
        Embed => ModelTask.Embeddings,
        Rerank => ModelTask.Rerank,
        _ => ModelTask.Chat,
    };
}
