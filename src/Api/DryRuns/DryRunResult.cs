using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.DryRuns;

/// <summary>What would become of a request.</summary>
/// <param name="Lines">Every limit that it stands under, in the order in which they are asked.</param>
/// <param name="Error">What it would read; null: it would be let in.</param>
internal sealed record DryRunResult(IReadOnlyList<DryRunLine> Lines, OpenAiError? Error)
{
    /// <summary>The limit that the error is about; null: none.</summary>
    public DryRunLine? Blocker { get; init; }

    /// <summary>What would be set aside; null where it did not come to a price.</summary>
    public NanoUsd? Hold { get; init; }

    /// <summary>The most it can cost.</summary>
    public NanoUsd? Ceiling { get; init; }

    /// <summary>The most tokens of each answer that the money at the blocker pays for; null: that is not the matter,
    /// or none.</summary>
    public long? AffordableTokens { get; init; }

    /// <summary>How many such requests fit now; null: no limit says.</summary>
    public long? Fits => Error is not null ? 0 : Lines.Min(line => line.Fits);
}
