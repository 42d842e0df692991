using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>What the gateway itself needs of a chat request; the rest of the body goes to the expert as it
/// came.</summary>
internal sealed record ChatRequest(
    ModelId Model,
    bool Stream,
    bool IncludeUsage,
    long? MaxTokens,
    string? MaxTokensField,
    NanoUsd? MaxCost,
    Features Needs,
    RouteWish Wish,
    int Choices,
    Prompt Prompt,
    int MaxCostBytes,
    IReadOnlyList<string> Ignored,
    IReadOnlyList<string> Unverified)
{
    /// <summary>Its prompts, where it has several; <see cref="Choices"/> and <see cref="Prompt"/> are over all of
    /// them.</summary>
    public IReadOnlyList<PromptPart> Prompts { get; init; } = [];

    /// <summary>How many answers each prompt has.</summary>
    public int ChoicesOfEach => Choices / Math.Max(1, Prompts.Count);

    /// <summary>Where <see cref="MaxCost"/> stood: the body's member or the header.</summary>
    public string MaxCostField { get; init; } = "max_cost";

    /// <summary>What form the answer will have; read only for a strategy that checks answers.</summary>
    public AnswerKind Answer { get; init; }

    /// <summary>What its answer is held to. Which part of it the gateway does itself, the plan says.</summary>
    public AnswerRules Rules { get; init; } = AnswerRules.None;

    /// <summary>Names the conversation by its beginning, for this process alone; 0: it has none.</summary>
    public ulong Prefix { get; init; }

    /// <summary>What a model is wanted for.</summary>
    public ModelTask Task { get; init; }

    /// <summary>The voice that is wanted of what speaks.</summary>
    public string? Voice { get; init; }

    /// <summary>How it is sent, where it is no chat.</summary>
    public TaskCall? Call { get; init; }

    /// <summary>The most input tokens that may be billed, where the body's length does not say.</summary>
    public long? InputBound { get; init; }

    /// <summary>Bytes of the body that describe tools.</summary>
    public long ToolBytes { get; init; }

    /// <summary>The beginning of the last user turn; see <see cref="LastTurn"/>.</summary>
    public string Text { get; init; } = "";

    /// <summary>The end user that the caller names; never sent on.</summary>
    public string? User { get; init; }
}

/// <summary>One of several prompts of a request.</summary>
/// <param name="Body">A chat request of it alone.</param>
/// <param name="PlainBytes">Its text's UTF-8 bytes.</param>
internal sealed record PromptPart(ReadOnlyMemory<byte> Body, long PlainBytes);
