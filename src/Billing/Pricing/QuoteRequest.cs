using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What must be known to say how much a request may cost. All counts are zero or more.</summary>
/// <param name="Models">Every model that may serve: one, or several when the gate chooses.</param>
/// <param name="InputTokensBound">Upper bound of the input tokens that may be billed.</param>
/// <param name="OutputTokensLimit">The most output tokens ever delivered.</param>
/// <param name="FirstOutputTokens">What the first hold covers: at most the limit; all of it unless streamed.</param>
/// <param name="MaxCost">The caller's own cap on the charge, if any.</param>
public sealed record QuoteRequest(
    IReadOnlyList<ModelId> Models,
    long InputTokensBound,
    long OutputTokensLimit,
    long FirstOutputTokens,
    NanoUsd? MaxCost)
{
    /// <summary>The most other units (images, audio, characters) that may be billed; its token counts are not
    /// read.</summary>
    public Usage UnitsBound { get; init; }

    /// <summary>At which of the models' prices.</summary>
    public PriceTier Tier { get; init; }

    /// <summary>The planned calls, where there are several: then <see cref="Models"/> names all of their models, and
    /// the limits of output are those of each call. All of it is held from the start, so the first hold should cover
    /// all. </summary>
    public IReadOnlyList<QuoteLine> Lines { get; init; } = [];
}
