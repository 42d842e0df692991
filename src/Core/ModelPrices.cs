namespace Gateway.Core;

/// <summary>What a model costs per token, by kind.</summary>
/// <param name="Input">Per uncached prompt token.</param>
/// <param name="Cached">Per cached prompt token.</param>
/// <param name="Output">Per completion token other than reasoning.</param>
/// <param name="Reasoning">Per reasoning token.</param>
public readonly record struct ModelPrices(TokenPrice Input, TokenPrice Cached, TokenPrice Output, TokenPrice Reasoning)
{
    /// <summary>The exact cost of an answer: (input - cached) + cached + (output - reasoning) + reasoning, each at its
    /// price. The caller has bounded the usage; a part larger than its whole is a bug and throws.</summary>
    public ExactCost Cost(Usage usage) =>
        Input.Times(usage.Input - usage.Cached) + Cached.Times(usage.Cached)
        + Output.Times(usage.Output - usage.Reasoning) + Reasoning.Times(usage.Reasoning);
}
