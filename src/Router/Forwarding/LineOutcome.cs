using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>How a line ended.</summary>
internal enum LineEnd
{
    /// <summary>With an answer, perhaps a cut one.</summary>
    Answered,

    /// <summary>Nobody gave any of an answer.</summary>
    NoAnswer,

    /// <summary>After a part of an answer was handed on.</summary>
    Broken,

    /// <summary>The caller left.</summary>
    CallerGone,
}

/// <summary>What the attempts of a line came to. Disposing it lets go of the answer, unless an answer's end has taken
/// it.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Attempts">In order.</param>
/// <param name="Attempt">The one that decided; null without an answer.</param>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Metered">What it is billed for, within what is covered.</param>
internal readonly record struct LineOutcome(
    LineEnd End, List<Attempt> Attempts, UpstreamAttempt? Attempt, Verdict Verdict, Metered Metered) : IDisposable
{
    internal static LineOutcome Nothing(List<Attempt> attempts) =>
        new(LineEnd.NoAnswer, attempts, null, Verdict.Failed, default);

    public void Dispose() => Attempt?.Dispose();
}
