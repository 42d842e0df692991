namespace Gateway.Core;

/// <summary>What a model costs: per token by kind, per other unit, and per request.</summary>
/// <param name="Input">Per uncached prompt token.</param>
/// <param name="Cached">Per cached prompt token.</param>
/// <param name="Output">Per completion token other than reasoning.</param>
/// <param name="Reasoning">Per reasoning token.</param>
public readonly record struct ModelPrices(TokenPrice Input, TokenPrice Cached, TokenPrice Output, TokenPrice Reasoning)
{
    /// <summary>Per answered request, whatever its usage.</summary>
    public TokenPrice Request { get; init; }

    /// <summary>Per image.</summary>
    public TokenPrice Image { get; init; }

    /// <summary>Per millisecond of audio.</summary>
    public TokenPrice AudioMs { get; init; }

    /// <summary>Per character.</summary>
    public TokenPrice Character { get; init; }

    /// <summary>The exact cost of an answer: (input - cached) + cached + (output - reasoning) + reasoning + other
    /// units, each at its price, + the price of the request. The caller has bounded the usage; a part larger than its
    /// whole is a bug and throws.</summary>
    public ExactCost Cost(Usage usage) =>
        Input.Times(usage.Input - usage.Cached) + Cached.Times(usage.Cached)
        + Output.Times(usage.Output - usage.Reasoning) + Reasoning.Times(usage.Reasoning)
        + Image.Times(usage.Images) + AudioMs.Times(usage.AudioMs) + Character.Times(usage.Characters)
        + Request.Times(1);
}
