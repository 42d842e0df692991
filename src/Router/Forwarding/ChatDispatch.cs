namespace Gateway.Router;

/// <summary>One chat request as the edge accepted it.</summary>
/// <param name="Body">The caller's JSON: an object without duplicate keys, at most 64 deep, valid UTF-8. It must stay
/// unchanged until the answer is complete.</param>
/// <param name="Stream">Whether the caller wants server-sent events.</param>
/// <param name="IncludeUsage">Whether the caller set <c>stream_options.include_usage</c>.</param>
/// <param name="MaxTokens">The token limit the caller gave, if any, for each choice.</param>
/// <param name="Choices">How many answers the caller asked for, <c>n</c>, 1 to 128. The allowance's limits are over all
/// of them.</param>
/// <param name="InputTokensBound">The most input tokens that may be billed.</param>
/// <param name="InputTokensEstimate">What is billed as input when the upstream does not say: prompt bytes / 4, rounded
/// down.</param>
/// <param name="Started">When the request arrived.</param>
/// <param name="StartedTimestamp">The same instant as <see cref="TimeProvider.GetTimestamp"/> had it.</param>
/// <param name="Salt">Hashed before the answer's bytes in its commitment.</param>
/// <param name="Stopping">Cancelled when the host can wait no longer for running answers: they end by our fault, with
/// an error frame and free of charge.</param>
public sealed record ChatDispatch(
    ReadOnlyMemory<byte> Body,
    bool Stream,
    bool IncludeUsage,
    long? MaxTokens,
    int Choices,
    long InputTokensBound,
    long InputTokensEstimate,
    DateTimeOffset Started,
    long StartedTimestamp,
    ReadOnlyMemory<byte> Salt,
    CancellationToken Stopping)
{
    /// <summary>Set for a request that is no chat: then it is never a stream, and no output is billed.</summary>
    public TaskCall? Task { get; init; }

    /// <summary>What the answer is held to beside.</summary>
    public AnswerRules Rules { get; init; } = AnswerRules.None;

    /// <summary>The number of its first choice, where it is one of several calls that make an answer.</summary>
    internal int FirstChoice { get; init; }

    /// <summary>Where one request asks several things: each as a body of its own, answered by a call of its own, all by
    /// one model. Its choices are divided among them in their order. Empty: the body is all there is.</summary>
    public IReadOnlyList<PromptCall> Prompts { get; init; } = [];

    /// <summary>The shape in which the caller gets the answer.</summary>
    public IAnswerPrinter Printer { get; init; } = ChatPrinter.Instance;

    /// <summary>The most input tokens that may be billed for each line of a plan of several; empty for a plan of
    /// one.</summary>
    public IReadOnlyList<long> LineInputBounds { get; init; } = [];
}

/// <summary>One of several prompts of a request.</summary>
/// <param name="Body">A chat request with this prompt, JSON as that of a <see cref="ChatDispatch"/>.</param>
/// <param name="InputTokensBound">The most input tokens that may be billed for it.</param>
/// <param name="InputTokensEstimate">What is billed as its input when the upstream does not say.</param>
public sealed record PromptCall(ReadOnlyMemory<byte> Body, long InputTokensBound, long InputTokensEstimate);
