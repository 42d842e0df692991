using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The locked prices of one call: whichever of the models answers and however its tokens divide into kinds, it
/// costs at most the dearest price of each kind, and the dearest price of a request, once.</summary>
internal readonly record struct LinePrices
{
    /// <param name="prices">One for each model that may answer.</param>
    /// <param name="inputTokensBound">The most input tokens that may be billed.</param>
    /// <param name="units">The most other units.</param>
    internal LinePrices(IReadOnlyList<PriceVersion> prices, long inputTokensBound, Usage units)
    {
        Versions = prices;
        InputTokensBound = inputTokensBound;
        Fixed = Dearest(prices, p => p.Request).Times(1)
            + Dearest(prices, p => Dearer(p.Input, p.Cached)).Times(inputTokensBound)
            + Dearest(prices, p => p.Image).Times(units.Images)
            + Dearest(prices, p => p.AudioMs).Times(units.AudioMs)
            + Dearest(prices, p => p.Character).Times(units.Characters);
        Output = Dearest(prices, p => Dearer(p.Output, p.Reasoning));
    }

    internal IReadOnlyList<PriceVersion> Versions { get; }

    internal long InputTokensBound { get; }

    /// <summary>What does not grow with the output: the request itself, its input and its other units.</summary>
    internal ExactCost Fixed { get; }

    /// <summary>The most that an output token costs.</summary>
    internal TokenPrice Output { get; }

    internal ExactCost Cost(long outputTokens) => Fixed + Output.Times(outputTokens);

    private static TokenPrice Dearest(IReadOnlyList<PriceVersion> prices, Func<ModelPrices, TokenPrice> part)
    {
        var dearest = TokenPrice.Zero;
        for (var i = 0; i < prices.Count; i++)
        {
            dearest = Dearer(dearest, part(prices[i].Prices));
        }

        return dearest;
    }

    private static TokenPrice Dearer(TokenPrice one, TokenPrice other) => one.PicoUsd >= other.PicoUsd ? one : other;
}
