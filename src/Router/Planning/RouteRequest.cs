using System.Buffers;
using System.Collections.Frozen;
using Gateway.Core;

namespace Gateway.Router;

/// <summary>How private an expert must be.</summary>
public enum Privacy
{
    /// <summary>No wish.</summary>
    Any,

    /// <summary>The expert's operator has a bond at stake.</summary>
    Bonded,

    /// <summary>The expert runs in attested hardware.</summary>
    Tee,

    /// <summary>The prompt stays in the gateway's own machines.</summary>
    Local,
}

/// <summary>What the caller wants most.</summary>
public enum Strategy
{
    /// <summary>Nothing asked.</summary>
    Default,

    /// <summary>The best answer.</summary>
    Best,

    /// <summary>The first answer.</summary>
    Fastest,

    /// <summary>The least price.</summary>
    Cheapest,

    /// <summary>Several experts answer, the majority's answer is taken.</summary>
    Vote,

    /// <summary>Several experts answer, the one that passes a check is taken.</summary>
    BestOf,

    /// <summary>One expert answers, another one edits.</summary>
    Compose,
}

/// <summary>A caller's routing object, checked at the edge.</summary>
/// <param name="Strategy">What matters most.</param>
/// <param name="Only">When not empty, the experts allowed: a subnet as <c>sn4</c>, a hotkey, or an expert's
/// name.</param>
/// <param name="Exclude">Experts not allowed, named likewise.</param>
/// <param name="Privacy">How private the expert must be.</param>
/// <param name="Fallback">Whether another expert may be tried when the first one fails.</param>
public sealed record RouteWish(
    Strategy Strategy,
    IReadOnlyList<string> Only,
    IReadOnlyList<string> Exclude,
    Privacy Privacy,
    bool Fallback)
{
    private static readonly SearchValues<char> Base58 =
        SearchValues.Create("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

    /// <summary>How many experts a strategy of several may ask, 2 to 8; null: the strategy's own number.</summary>
    public int? Experts { get; init; }

    /// <summary>When not empty, the models allowed, the first preferred; the later ones are asked when it fails.
    /// </summary>
    public IReadOnlyList<ModelId> Models { get; init; } = [];

    /// <summary>The most that an input token may cost, if the caller set a limit.</summary>
    public TokenPrice? MaxInputPrice { get; init; }

    /// <summary>The most that an output token may cost, likewise.</summary>
    public TokenPrice? MaxOutputPrice { get; init; }

    /// <summary>The longest usual wait for a first token, likewise.</summary>
    public TimeSpan? MaxTtft { get; init; }

    /// <summary>Whether a hardly known expert may be tried with this request.</summary>
    public bool Explore { get; init; } = true;

    /// <summary>Whether the answer should carry its route.</summary>
    public bool Explain { get; init; }

    /// <summary>No routing object.</summary>
    public static RouteWish None { get; } = new(Strategy.Default, [], [], Privacy.Any, Fallback: true);

    /// <summary>Whether a name has a hotkey's form, 46 to 48 characters of base58; its checksum is not looked
    /// at.</summary>
    public static bool IsHotkey(ReadOnlySpan<char> name) =>
        name.Length is >= 46 and <= 48 && !name.ContainsAnyExcept(Base58);
}

/// <summary>What form an answer must have.</summary>
public enum AnswerKind
{
    /// <summary>Any text.</summary>
    Open,

    /// <summary>JSON, which a machine can check and compare.</summary>
    Json,

    /// <summary>A program.</summary>
    Code,

    /// <summary>A letter, a number, a name: short, so that two answers are equal or not.</summary>
    Closed,
}

/// <summary>One request to be routed.</summary>
/// <param name="Request">The request's id; ties between equal experts are broken by it, so that a replay
/// agrees.</param>
/// <param name="Model">The model, or <see cref="ModelId.Auto"/> for any.</param>
/// <param name="Needs">What an expert must be able to do.</param>
/// <param name="Wish">The caller's wishes.</param>
public sealed record RouteRequest(RequestId Request, ModelId Model, Features Needs, RouteWish Wish)
{
    private const long UsualOutput = 256;

    /// <summary>What a model is wanted for.</summary>
    public ModelTask Task { get; init; }

    /// <summary>The voice that an expert must have, where it speaks.</summary>
    public string? Voice { get; init; }

    /// <summary>Of its needs those that the router does itself where no expert can: <see cref="Features.Choices"/>
    /// and <see cref="Features.Json"/>, or none.</summary>
    public Features Own { get; init; }

    /// <summary>What is done so with this plan: a need no more.</summary>
    internal Features Doing { get; init; }

    /// <summary>How many prompts it has; several are answered by one model.</summary>
    public int Prompts { get; init; } = 1;

    /// <summary>The only models that may answer, by name; null: all.</summary>
    public FrozenSet<string>? Models { get; init; }

    /// <summary>Expected input tokens, and no expert with a smaller context is asked; 0 when unknown.</summary>
    public long InputTokens { get; init; }

    /// <summary>Expected output tokens: what an answer's time and price are reckoned with.</summary>
    public long OutputTokens { get; init; } = UsualOutput;

    /// <summary>The answer's form, by which answers of several experts can be compared.</summary>
    public AnswerKind Answer { get; init; }

    /// <summary>The beginning of the last user turn, from which the kind of work is told; 2,000 characters are enough,
    /// and without any it is average work. Nothing of it is kept but hashed counts in memory.</summary>
    public string Text { get; init; } = "";

    /// <summary>Who may read its trace and rate its answer: the organisation.</summary>
    public Guid Owner { get; init; }

    /// <summary>Names the conversation by its beginning, 0: none. Where cached input is cheaper, its next turn goes to
    /// the expert that has its beginning in memory.</summary>
    public ulong Prefix { get; init; }
}
