namespace Gateway.Core;

/// <summary>What one request costs its caller, with its parts for display. The total is rounded once; the parts are
/// each rounded down, and <see cref="Other"/> takes what rounding left, so that they sum to the total.</summary>
/// <param name="Total">The amount charged.</param>
/// <param name="Input">Uncached prompt tokens.</param>
/// <param name="Cached">Cached prompt tokens.</param>
/// <param name="Output">Completion tokens other than reasoning.</param>
/// <param name="Reasoning">Reasoning tokens.</param>
public readonly record struct Charge(NanoUsd Total, NanoUsd Input, NanoUsd Cached, NanoUsd Output, NanoUsd Reasoning)
{
    /// <summary>Free.</summary>
    public static Charge None => default;

    /// <summary>The rest of the total, including what rounding the parts left.</summary>
    public NanoUsd Other => Total - Input - Cached - Output - Reasoning;

    /// <summary>Prices a usage, rounding the total down once.</summary>
    public static Charge Of(ModelPrices prices, Usage usage) => new(
        prices.Cost(usage).ToCharge(),
        prices.Input.Times(usage.Input - usage.Cached).ToCharge(),
        prices.Cached.Times(usage.Cached).ToCharge(),
        prices.Output.Times(usage.Output - usage.Reasoning).ToCharge(),
        prices.Reasoning.Times(usage.Reasoning).ToCharge());
}
