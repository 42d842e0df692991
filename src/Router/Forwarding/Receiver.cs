using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>What an attempt came to.</summary>
internal enum Verdict
{
    /// <summary>A whole answer.</summary>
    Complete,

    /// <summary>Stopped at the token limit.</summary>
    LimitReached,

    /// <summary>Stopped for want of credit.</summary>
    CreditExhausted,

    /// <summary>The caller left.</summary>
    CallerGone,

    /// <summary>The upstream failed.</summary>
    Failed,

    /// <summary>The upstream found fault with the request.</summary>
    Rejected,

    /// <summary>Another attempt had its first token sooner.</summary>
    Lost,
}

/// <summary>An attempt's verdict and the code that goes with it.</summary>
internal readonly record struct AttemptResult(Verdict Verdict, string Reason)
{
    internal static AttemptResult Complete { get; } = new(Verdict.Complete, "");

    internal static AttemptResult Lost { get; } = new(Verdict.Lost, FailureReasons.Hedged);

    internal static AttemptResult Failed(string reason) => new(Verdict.Failed, reason);
}

/// <summary>Reads one upstream's answer of one kind, whole or streamed, and keeps what the answer's end
/// needs.</summary>
internal abstract class Receiver : IDisposable
{
    /// <summary>Tokens the caller has been handed.</summary>
    internal abstract long DeliveredTokens { get; }

    /// <summary>Whether the caller has been handed any of the answer, so that no other upstream may be asked.</summary>
    internal abstract bool HasDelivered { get; }

    /// <summary>Whether the answer is whole, whatever happens to the connection now.</summary>
    internal abstract bool IsWhole { get; }

    /// <summary>Milliseconds from the attempt's start to its first content.</summary>
    internal int? TtftMs { get; private protected set; }

    public abstract void Dispose();

    /// <summary>Reads the answer to its end. May throw what reading a connection throws.</summary>
    internal abstract Task<AttemptResult> ReceiveAsync(HttpResponseMessage response, CancellationToken ct);

    /// <summary>What the answer's end is made from. For answers that were cut or whose caller left, only what was
    /// delivered counts.</summary>
    internal abstract ValueTask<Metered> MeterAsync(Verdict verdict);

    /// <summary>The finish reason of the first choice, once the attempt gave an answer.</summary>
    internal abstract string FinishReason { get; }

    /// <summary>Ends choices still open as cut short.</summary>
    internal abstract void Cut();

    /// <summary>Makes the answer's held-back end.</summary>
    internal abstract AnswerEnd ToEnd(Metered metered, string? reason);
}
