using Gateway.Core;

namespace Gateway.DevNet.Miners;

/// <summary>What a miner needs of a chat completion request.</summary>
internal sealed record ChatRequest(ModelId Model, string Prompt, int PromptTokens)
{
    /// <summary>The most a miner writes; no answer of the engine comes near it.</summary>
    internal const int OutputTokensLimit = 4096;

    /// <summary>The answer it is asked to revise; null when it is asked anything else.</summary>
    internal string? Draft { get; init; }

    internal bool Stream { get; init; }

    internal bool IncludeUsage { get; init; }

    /// <summary>A usage object on every chunk, as vLLM offers it beside <c>include_usage</c>.</summary>
    internal bool ContinuousUsage { get; init; }

    internal int MaxTokens { get; init; } = OutputTokensLimit;

    internal IReadOnlyList<string> Stops { get; init; } = [];
}

/// <summary>A refusal in OpenAI's shape.</summary>
internal sealed record ChatRefusal(int Status, string Code, string? Param, string Message);
