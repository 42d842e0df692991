namespace Gateway.Router;

/// <summary>What an answer is held to by the router itself, whatever its expert makes of the request.</summary>
public sealed record AnswerRules
{
    /// <summary>Nothing is asked.</summary>
    public static AnswerRules None { get; } = new();

    /// <summary>Texts before which an answer ends, none of them empty.</summary>
    public IReadOnlyList<string> Stops { get; init; } = [];

    /// <summary>Whether the answer says at which of them it ended, as <c>stop_sequence</c> of its choice. Experts,
    /// which would not say, are then not told of them: the router alone finds them.</summary>
    public bool TellsStop { get; init; }

    /// <summary>Whether text between two others is asked for: bodies have <c>prompt</c> and <c>suffix</c> in place of
    /// messages, and experts are asked at their completions.</summary>
    public bool FillsIn { get; init; }

    /// <summary>Whether a message has one function call at most: what follows the first is neither handed on nor
    /// billed.</summary>
    public bool HasOneToolCall { get; init; }

    /// <summary>Whether an expert's thoughts are kept from the caller; they are billed like any.</summary>
    public bool HidesReasoning { get; init; }

    /// <summary>How hard an expert should think, where the request's own member <c>reasoning_effort</c> does not say.
    /// </summary>
    public string? Effort { get; init; }

    /// <summary>Whether an answer must be the JSON that the request's <c>response_format</c> demands. One that is not
    /// is asked for again, twice, at nobody's cost; then there is none. A stream then comes in one piece.</summary>
    public bool MustFit { get; init; }

    /// <summary>How many calls of one choice each make a prompt's answer; 1: the expert is asked for all choices.
    /// </summary>
    public int Calls { get; init; } = 1;

    /// <summary>Whether the answer cannot simply be handed on.</summary>
    internal bool AreOwn => MustFit || Calls > 1;
}
