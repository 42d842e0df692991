namespace Gateway.DevNet.Miners;

/// <summary>How a request goes wrong on a flaky miner.</summary>
internal enum Fault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>503 before anything else.</summary>
    Unavailable,

    /// <summary>The connection is reset before any byte.</summary>
    Reset,

    /// <summary>The connection is reset halfway through the answer.</summary>
    Cut,
}

/// <summary>All of a miner's answer to one request, decided before its first byte.</summary>
/// <param name="Tokens">The text, token by token.</param>
/// <param name="FinishReason"><c>stop</c>, or <c>length</c> when the limit cut it.</param>
internal sealed record Script(IReadOnlyList<string> Tokens, string FinishReason)
{
    internal TimeSpan FirstTokenDelay { get; init; }

    internal TimeSpan TokenDelay { get; init; }

    internal Fault Fault { get; init; }

    /// <summary>What the reported token counts are multiplied with; 1 is the truth.</summary>
    internal int UsageFactor { get; init; } = 1;
}
