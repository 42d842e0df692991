namespace Gateway.Api.Wiring;

/// <summary>What DevNet assumes where nothing is set: TAO's price, and prices of the simulated models in USD per
/// million tokens.</summary>
internal static class DevNetDefaults
{
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Gateway:Rates:Fixed"] = "400.00",
        ["Gateway:Pricing:Usd:devnet-large:Input"] = "0.50",
        ["Gateway:Pricing:Usd:devnet-large:Output"] = "1.50",
        ["Gateway:Pricing:Usd:devnet-small:Input"] = "0.05",
        ["Gateway:Pricing:Usd:devnet-small:Output"] = "0.20",
    };
}
