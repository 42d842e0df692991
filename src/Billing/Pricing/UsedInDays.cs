using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What a model's answers of some days used, in one tier.</summary>
/// <param name="IsBatch">Whether they were sold at half the price.</param>
/// <param name="Requests">How many there were.</param>
/// <param name="Used">All of it together.</param>
/// <param name="Charged">What was charged.</param>
internal sealed record UsedInDays(bool IsBatch, long Requests, Usage Used, NanoUsd Charged)
{
    /// <summary>What it costs by given standard prices, exactly.</summary>
    internal ExactCost CostBy(ModelPrices standard)
    {
        var prices = IsBatch ? Half(standard) : standard;
        var cost = prices.Cost(Used) + prices.Request.Times(Requests);

        // Cost has counted one request already.
        return new(cost.PicoUsd - prices.Request.PicoUsd);
    }

    // As HalfPriceSql makes them.
    private static ModelPrices Half(ModelPrices prices) => new(
        new(prices.Input.PicoUsd / 2), new(prices.Cached.PicoUsd / 2), new(prices.Output.PicoUsd / 2),
        new(prices.Reasoning.PicoUsd / 2))
    {
        Request = new(prices.Request.PicoUsd / 2),
        Image = new(prices.Image.PicoUsd / 2),
        AudioMs = new(prices.AudioMs.PicoUsd / 2),
        Character = new(prices.Character.PicoUsd / 2),
    };
}
