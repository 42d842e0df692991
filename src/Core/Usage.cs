namespace Gateway.Core;

/// <summary>The metered quantities of one answer, canonical over all dialects: input includes cached input, output
/// includes reasoning.</summary>
/// <param name="Input">Prompt tokens, cached ones included.</param>
/// <param name="Cached">Prompt tokens read from a cache, at most <paramref name="Input"/>.</param>
/// <param name="Output">Completion tokens, reasoning included.</param>
/// <param name="Reasoning">Reasoning tokens, at most <paramref name="Output"/>.</param>
public readonly record struct Usage(long Input, long Cached, long Output, long Reasoning)
{
    /// <summary>Images delivered.</summary>
    public long Images { get; init; }

    /// <summary>Milliseconds of audio, heard or spoken.</summary>
    public long AudioMs { get; init; }

    /// <summary>Characters, where text is priced by them.</summary>
    public long Characters { get; init; }

    /// <summary>Nothing delivered.</summary>
    public static Usage None => default;

    /// <summary>Input plus output.</summary>
    public long Total => checked(Input + Output);
}
