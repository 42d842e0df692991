using System.Diagnostics.CodeAnalysis;
using Gateway.Router.Learning;
using Gateway.Router.Load;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>Tries a line's candidates in order until one gives an answer or the caller has seen a part of one. Beside
/// one whose first token is late the next may be started early.</summary>
internal sealed class LineRunner(
    IUpstreamSource source, UpstreamChannel channel, LoadTable loads, RetryBudget retries, HedgePolicy hedges,
    AttemptLessons lessons)
{
    /// <param name="call">What to ask, and whom to give it to.</param>
    /// <param name="candidates">Whom to ask, the best first.</param>
    /// <param name="line">The line's number in its plan.</param>
    internal async ValueTask<LineOutcome> RunAsync(ChatCall call, IReadOnlyList<Upstream> candidates, int line)
    {
        var attempts = new List<Attempt>(RouterLimits.MaxAttempts);
        List<Upstream>? refused = null;
        retries.Earn();
        hedges.Begin(Seconds(call));
        for (var next = 0; next < candidates.Count; next++)
        {
            if (HasLeft(call, candidates[next]))
            {
                attempts.Add(new(candidates[next], 0, 0, AttemptEnd.Cancelled, FailureReasons.Stale, TtftMs: null)
                {
                    Line = line,
                });
                continue;
            }

            if (!MayTry(call, candidates[next], attempts))
            {
                break;
            }

            var tried = attempts.Count;
            var outcome = await TryAsync(call, candidates, next, new(attempts, line));
            if (outcome.End != LineEnd.NoAnswer)
            {
                Blame(call, outcome, refused);
                return outcome;
            }

            outcome.Dispose();
            if (outcome.Verdict == Verdict.Rejected)
            {
                (refused ??= []).Add(attempts[^1].Upstream);
            }

            next += attempts.Count - tried - 1;
        }

        return LineOutcome.Nothing(attempts);
    }

    // What another expert answers was no bad request: who refused it failed like one that is down. A request that
    // everybody refuses is held against nobody.
    private void Blame(ChatCall call, in LineOutcome outcome, List<Upstream>? refused)
    {
        if (outcome.End != LineEnd.Answered || refused is null)
        {
            return;
        }

        foreach (var upstream in refused)
        {
            var load = loads.Of(upstream);
            load.Refute(call.Plan.Owner);
            lessons.Learn(call.Plan, upstream, load, AttemptMark.Bad, default);
        }
    }

    // The chain may have changed since the plan was made: whoever has left, registered anew, moved or been found out
    // since then is not the expert that was chosen.
    private bool HasLeft(ChatCall call, Upstream chosen)
    {
        var now = source.Current;
        return now.Version != call.Plan.SnapshotVersion && !now.Upstreams.Any(upstream =>
            ReferenceEquals(upstream, chosen)
            || (upstream.Name == chosen.Name && upstream.Model == chosen.Model && upstream.Address == chosen.Address
                && upstream.RegisteredAt == chosen.RegisteredAt && !upstream.IsQuarantined));
    }

    // With less time left than a first token may take, an attempt would only be stopped on its way.
    private bool MayTry(ChatCall call, Upstream upstream, List<Attempt> attempts)
    {
        if (call.Stopping)
        {
            return false;
        }

        return attempts.TrueForAll(static attempt => attempt.Reason == FailureReasons.Stale)
            || (attempts.Count < RouterLimits.MaxAttempts
                && attempts[^1].Reason != FailureReasons.Deadline
                && call.TimeLeft >= PatienceFor(call, upstream)
                && retries.TrySpend());
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The outcome owns its attempt.")]
    private async ValueTask<LineOutcome> TryAsync(
        ChatCall call, IReadOnlyList<Upstream> candidates, int place, Tried tried)
    {
        var first = new UpstreamAttempt(call, candidates[place], channel, loads.Of(candidates[place]));
        var race = RaceOf(call, candidates, place, first, tried.Attempts.Count);
        try
        {
            var result = await first.RunAsync();
            return race?.Close() is { } running
                ? await JudgeAsync(call, tried, new(first, result), new(race.Second!, await running, IsHedge: true))
                : await EndAsync(call, tried, new(first, result));
        }
        catch
        {
            // A fault of ours: whoever still runs is stopped and waited for.
            await StopAsync(first, race);
            throw;
        }
        finally
        {
            call.Race = null;
        }
    }

    private static async ValueTask StopAsync(UpstreamAttempt first, HedgeRace? race)
    {
        if (race?.Close() is { } running)
        {
            race.Second!.Lose();
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            race.Second!.Dispose();
        }

        first.Dispose();
    }

    // Only a stream has a first token to wait for, and only another operator is worth a second attempt: those behind
    // one door are slow together.
    private HedgeRace? RaceOf(
        ChatCall call, IReadOnlyList<Upstream> candidates, int place, UpstreamAttempt first, int tried)
    {
        if (!call.Chat.Stream || call.Chat.Task is not null || place + 1 >= candidates.Count
            || tried + 1 >= RouterLimits.MaxAttempts
            || OperatorOf(candidates[place]) == OperatorOf(candidates[place + 1])
            || HasLeft(call, candidates[place + 1]))
        {
            return null;
        }

        var other = candidates[place + 1];
        var race = new HedgeRace(
            first,
            () => new UpstreamAttempt(call, other, channel, loads.Of(other)),
            () => call.TimeLeft >= PatienceFor(call, other)
                && source.Current.Hedges && hedges.TryHedge(Seconds(call), loads.InUse(), call.Chat.Body.Length));
        call.Race = race;
        first.WhenLate(TimeSpan.FromSeconds(HedgePolicy.Delay(first.LateFirst)), race.OnLate);
        return race;
    }

    private async ValueTask<LineOutcome> JudgeAsync(ChatCall call, Tried tried, Ended first, Ended second)
    {
        var secondDecides = call.IsSpeaker(second.Attempt.Receiver)
            || (!call.IsSpeaker(first.Attempt.Receiver)
                && first.Result.Verdict is Verdict.Failed or Verdict.Rejected or Verdict.Lost);
        var (winner, loser) = secondDecides ? (second, first) : (first, second);
        Note(call, tried, loser, default);
        var outcome = await EndAsync(call, tried, winner);
        if (!secondDecides)
        {
            // In the order in which they were begun.
            tried.Attempts.Reverse(tried.Attempts.Count - 2, 2);
        }

        loser.Attempt.Dispose();
        return outcome;
    }

    private async ValueTask<LineOutcome> EndAsync(ChatCall call, Tried tried, Ended ended)
    {
        // A figure without text passes no gate on its way, so whatever the end, the bill is bounded here.
        var receiver = ended.Attempt.Receiver;
        var metered = call.Gate.Bound(await receiver.MeterAsync(ended.Result.Verdict));
        Note(call, tried, ended, metered);
        var end = ended.Result.Verdict switch
        {
            Verdict.Complete or Verdict.LimitReached or Verdict.CreditExhausted => LineEnd.Answered,
            Verdict.CallerGone => LineEnd.CallerGone,
            Verdict.Failed or Verdict.Rejected or Verdict.Lost =>
                receiver.HasDelivered ? LineEnd.Broken : LineEnd.NoAnswer,
        };
        if (end == LineEnd.NoAnswer)
        {
            call.YieldWord(receiver);
        }

        return new(end, tried.Attempts, ended.Attempt, ended.Result.Verdict, metered);
    }

    private void Note(ChatCall call, Tried tried, Ended ended, Metered metered)
    {
        var (attempt, result) = (ended.Attempt, ended.Result);
        var (end, reason, delivered) = result.Verdict switch
        {
            Verdict.Failed or Verdict.Rejected => (AttemptEnd.Failed, result.Reason, attempt.Receiver.DeliveredTokens),
            Verdict.CallerGone => (AttemptEnd.Cancelled, result.Reason, metered.Usage.Output),
            Verdict.Lost => (AttemptEnd.Cancelled, FailureReasons.Hedged, 0),
            Verdict.Complete or Verdict.LimitReached or Verdict.CreditExhausted => (
                AttemptEnd.Complete, metered.Overclaimed ? FailureReasons.Overclaimed : "", metered.Usage.Output),
        };
        tried.Attempts.Add(new(attempt.Upstream, OutputFrom: 0, delivered, end, reason, attempt.Receiver.TtftMs)
        {
            Line = tried.Line,
            IsHedge = ended.IsHedge,
        });
        lessons.Learn(
            call.Plan, attempt.Upstream, attempt.Load, UpstreamAttempt.MarkOf(result), attempt.TimingOf(delivered));
    }

    private TimeSpan PatienceFor(ChatCall call, Upstream upstream) =>
        call.Limits.FirstTokenOf(loads.Of(upstream).LateFirst(), call.Chat.InputTokensEstimate);

    private static string OperatorOf(Upstream upstream) =>
        upstream.Operator ?? upstream.Hotkey?.Ss58 ?? upstream.Name;

    private static double Seconds(ChatCall call) => (double)call.Time.GetTimestamp() / call.Time.TimestampFrequency;

    private readonly record struct Tried(List<Attempt> Attempts, int Line);

    private readonly record struct Ended(UpstreamAttempt Attempt, AttemptResult Result, bool IsHedge = false);
}
