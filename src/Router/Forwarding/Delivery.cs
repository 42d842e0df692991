using Gateway.Core;
using Gateway.Router.Forwarding;

namespace Gateway.Router;

/// <summary>How an answer ended. Who pays in each case is decided by the host in a switch without default.</summary>
public enum DeliveryStatus
{
    /// <summary>The expert finished and everything but the held-back end was handed to the caller.</summary>
    Complete,

    /// <summary>Stopped at the token limit.</summary>
    CutByLimit,

    /// <summary>Stopped before the first token that no credit covers.</summary>
    CutByCredit,

    /// <summary>Stopped at the caller's price cap.</summary>
    CutByMaxCost,

    /// <summary>The caller hung up; the usage holds only what his connection took.</summary>
    ClientGone,

    /// <summary>No expert gave an answer; the caller saw nothing of one.</summary>
    FailedBeforeFirstByte,

    /// <summary>The expert died after part of its answer was sent.</summary>
    FailedMidStream,

    /// <summary>One of several prompts failed after the caller had others' text: he sees an error frame, and the usage
    /// holds what he has of the prompts that did not fail by themselves.</summary>
    FailedInPart,
}

/// <summary>How one attempt ended.</summary>
public enum AttemptEnd
{
    /// <summary>It gave all that was wanted of it.</summary>
    Complete,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was stopped through no fault of its own.</summary>
    Cancelled,
}

/// <summary>One expert's try at a request.</summary>
/// <param name="Upstream">Who.</param>
/// <param name="OutputFrom">The first output token it delivered, counted from zero.</param>
/// <param name="OutputTo">One past the last output token it delivered.</param>
/// <param name="End">How it ended.</param>
/// <param name="Reason">Empty, or a short code such as <c>http_503</c>, <c>connect</c>, <c>upload</c>, <c>garbage</c>,
/// <c>overclaimed</c>, <c>stopping</c>, <c>hedged</c> (another had its first token sooner), <c>late</c> (the other
/// experts of its strategy had long answered, or one had failed), <c>schema</c> (its answer was not the JSON that was
/// demanded), <c>stale</c> (it left while the request was under way, and was not asked).</param>
/// <param name="TtftMs">Milliseconds to its first content, when there was any.</param>
public sealed record Attempt(
    Upstream Upstream,
    long OutputFrom,
    long OutputTo,
    AttemptEnd End,
    string Reason,
    int? TtftMs)
{
    /// <summary>Which line of the plan it was a try at, from zero.</summary>
    public int Line { get; init; }

    /// <summary>Whether it was started beside a slow one that still ran.</summary>
    public bool IsHedge { get; init; }
}

/// <summary>What came of one line of a plan of several.</summary>
/// <param name="Role">What it was for.</param>
/// <param name="Expert">Who answered, or who was asked last.</param>
/// <param name="HasAnswered">Whether it gave a usable answer.</param>
/// <param name="Usage">What may be billed for it; none without an answer.</param>
public sealed record LineDelivery(string Role, Upstream Expert, bool HasAnswered, Usage Usage);

/// <summary>What was delivered and by whom.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Served">The expert whose answer was handed on, if any.</param>
/// <param name="Usage">What may be billed, within the bounds of the request.</param>
/// <param name="Estimated">Whether any figure of the usage is our own count and not the upstream's.</param>
/// <param name="FinishReason">The answer's finish reason; <c>cancelled</c> or <c>error</c> when it has none.</param>
/// <param name="Attempts">In order; 1 to 3, or none when the host was already stopping.</param>
/// <param name="ResponseStarted">Whether status and headers are already sent, so that an error can only be a
/// frame.</param>
public sealed record Delivery(
    DeliveryStatus Status,
    Upstream? Served,
    Usage Usage,
    bool Estimated,
    string FinishReason,
    IReadOnlyList<Attempt> Attempts,
    bool ResponseStarted)
{
    /// <summary>The lines of a plan of several that were asked, in its order: their usages sum to <see cref="Usage"/>.
    /// Empty for a plan of one.</summary>
    public IReadOnlyList<LineDelivery> Lines { get; init; } = [];

    /// <summary>Whether there were answers, and none was the JSON that the request demands.</summary>
    public bool IsUnfit { get; init; }

    /// <summary>Whether every expert that was tried refused the request itself: status 400, 413 or 422; who was
    /// stopped on the way has no say.</summary>
    public bool Refused =>
        Attempts.Any(static attempt => FailureReasons.IsRefusal(attempt.Reason))
        && Attempts.All(static attempt =>
            attempt.End == AttemptEnd.Cancelled || FailureReasons.IsRefusal(attempt.Reason));

    /// <summary>Whether the last expert that was tried was too slow, rather than broken.</summary>
    public bool TimedOut => Attempts is [.., var last] && FailureReasons.IsTimeout(last.Reason);
}
