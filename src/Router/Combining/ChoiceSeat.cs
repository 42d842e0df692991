using Gateway.Router.Forwarding;

namespace Gateway.Router.Combining;

/// <summary>One of the calls that make an answer together, or one whose answer is checked.</summary>
/// <param name="prompt">The place of what it asks among the request's prompts.</param>
internal sealed class ChoiceSeat(int prompt) : IAsyncDisposable
{
    private const int MostTries = 3;

    private ChatCall? _call;
    private LineOutcome _outcome;

    internal int Prompt => prompt;

    /// <summary>The attempts of all tries, in order.</summary>
    internal List<Attempt> Attempts { get; } = [];

    /// <summary>Whether there were answers, and none passed the check.</summary>
    internal bool IsUnfit { get; private set; }

    /// <summary>Whether it has an answer that may be given.</summary>
    internal bool HasAnswered => _outcome is { End: LineEnd.Answered, Attempt: not null } && !IsUnfit;

    internal bool IsCallerGone => _outcome is { End: LineEnd.CallerGone, Attempt: not null };

    /// <summary>Whether the caller has any of its answer.</summary>
    internal bool HasDelivered => _outcome.Attempt is { Receiver.HasDelivered: true };

    /// <summary>Whether the caller has some of its answer, and it did not fail by itself.</summary>
    internal bool IsOwed => HasDelivered && (HasAnswered || Attempts is [.., { Reason: FailureReasons.Late }]);

    internal LineOutcome Outcome => _outcome;

    internal Upstream? Expert => _outcome.Attempt?.Upstream;

    /// <summary>Its answer as choices in JSON, when that was read whole.</summary>
    internal ReadOnlyMemory<byte> Choices => ((WholeReceiver)_outcome.Attempt!.Receiver).Choices;

    /// <summary>Why its answer was cut short, if it was.</summary>
    internal CutReason? Cut => Cuts.Of(_call!, _outcome.Attempt!, _outcome.Verdict);

    public async ValueTask DisposeAsync() => await LetGoAsync();

    /// <summary>Asks until an answer passes the check, three times at most, each time somebody else first where there
    /// is somebody.</summary>
    /// <param name="runner">Asks.</param>
    /// <param name="ask">Makes a call of its own for each try.</param>
    /// <param name="candidates">Whom to ask, the best first.</param>
    /// <param name="check">What a whole answer's texts must pass; null: anything will do.</param>
    /// <returns>Whether it has an answer.</returns>
    internal async Task<bool> AskAsync(
        LineRunner runner, Func<ChatCall> ask, IReadOnlyList<Upstream> candidates, JsonCheck? check)
    {
        for (var tried = 0; tried < MostTries; tried++)
        {
            await LetGoAsync();
            _call = ask();
            var first = tried % candidates.Count;
            _outcome = await runner.RunAsync(_call, [.. candidates.Skip(first), .. candidates.Take(first)], line: 0);
            Attempts.AddRange(_outcome.Attempts);
            IsUnfit = _outcome.End == LineEnd.Answered && check is not null
                && !ChoicesText.AllPass(Choices, check.Fits);
            if (!IsUnfit)
            {
                return HasAnswered;
            }

            Attempts[^1] = Attempts[^1] with { End = AttemptEnd.Failed, Reason = FailureReasons.Unfit };
            if (_call.Stopping || _call.CallerGone)
            {
                break;
            }
        }

        return false;
    }

    /// <summary>It was stopped since another of the calls had failed.</summary>
    internal void NoteLate()
    {
        if (Attempts is [.., { Reason: FailureReasons.Stopping } last])
        {
            Attempts[^1] = last with { End = AttemptEnd.Cancelled, Reason = FailureReasons.Late };
        }
    }

    /// <summary>What knows its answer's choices, when that was a stream.</summary>
    internal FrameRewriter TakeRewriter()
    {
        var receiver = (StreamReceiver)_outcome.Attempt!.Receiver;
        if (_outcome.Verdict != Verdict.Complete)
        {
            receiver.Cut();
        }

        return receiver.TakeRewriter();
    }

    private async ValueTask LetGoAsync()
    {
        _outcome.Dispose();
        _outcome = default;
        if (_call is not { } call)
        {
            return;
        }

        _call = null;
        await call.Gate.DisposeAsync();
        if (!call.Chat.Stream)
        {
            // Its own, and unused: a stream's is the whole request's.
            await call.Client.DisposeAsync();
        }
    }
}
