using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The answer to a request for a quote.</summary>
public abstract record Quoted
{
    private Quoted()
    {
    }

    /// <summary>It can be served for at most this.</summary>
    public sealed record Priced(Quote Quote) : Quoted;

    /// <summary>The book has no price for this model: it cannot be served.</summary>
    public sealed record NoPrice(ModelId Model) : Quoted;

    /// <summary>The cap does not pay for the input and one output token; <paramref name="Minimum"/> would.</summary>
    public sealed record MaxCostTooLow(NanoUsd Minimum) : Quoted;

    /// <summary>The amounts do not fit 64 bits: refused, never wrapped.</summary>
    public sealed record TooLarge : Quoted;
}
