using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gateway.Router.Forwarding;
using Gateway.Router.Learning;
using Gateway.Router.Metering;
using Gateway.Router.Traces;

namespace Gateway.Router.Combining;

/// <summary>Makes the caller's answer of what the calls came to.</summary>
internal sealed class OwnAnswers(OwnCalls calls, LearningDesk desk)
{
    private readonly ChatCall _call = calls.Call;
    private readonly Metered _sum = OwnCalls.SumOf(calls.Seats);

    internal async ValueTask<Answer> GiveAsync()
    {
        if (calls.Seats.Any(static seat => seat.IsCallerGone))
        {
            return await GoneAsync();
        }

        if (!calls.HaveAnswered)
        {
            return await FailedAsync();
        }

        return _call.CallerGone && !calls.AreStreamed ? await GoneAsync() : await AnsweredAsync();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The answer owns its end.")]
    private async ValueTask<Answer> AnsweredAsync()
    {
        var served = calls.Seats[0].Expert!;
        var cut = calls.Seats.Select(static seat => seat.Cut).FirstOrDefault(static reason => reason is not null);
        _call.Calls = calls.Seats.Count;
        _call.Route = desk.Trace(_call, calls.Attempts, served);
        var why = cut is { } limit ? Cuts.TextOf(limit) : Explanation.Of(_call.Plan.Record, served);
        var end = calls.AreStreamed
            ? new StreamEnd(
                _call, [.. calls.Seats.Select(static seat => seat.TakeRewriter())], _call.Head(served), _sum, why)
            : await EndOfWholeAsync(served, why);
        if (end is null)
        {
            return await GoneAsync();
        }

        await RestAsync();
        var finish = calls.Seats[0].Outcome.Attempt!.Receiver.FinishReason;
        return new(
            _call,
            new(Cuts.StatusOf(cut), served, _sum.Usage, _sum.Estimated, finish, calls.Attempts, _call.Client.Started),
            end);
    }

    // Null: the caller left.
    [SuppressMessage("Reliability", "CA2000", Justification = "The answer's end owns its rewriter.")]
    private async ValueTask<AnswerEnd?> EndOfWholeAsync(Upstream served, string? why)
    {
        var choices = ChoicesText.Join(calls.Seats.Select(static seat => seat.Choices));
        var head = _call.Head(served);
        if (!_call.Chat.Stream)
        {
            return new WholeEnd(_call, new JoinedBody(choices), head, _sum, why);
        }

        var rewriter = new FrameRewriter(head, _call.Chat.Choices, _call.Chat.IncludeUsage);
        if (rewriter.Rewrite(ChoicesText.ChunkOf(choices)) == FrameKind.Content
            && !await PanelAnswers.SendAsync(_call, rewriter.Frame.ToArray(), served))
        {
            rewriter.Dispose();
            return null;
        }

        return new StreamEnd(_call, [rewriter], head, _sum, why);
    }

    // He pays for what his connection took of each choice, and nothing where that is nothing.
    private async ValueTask<Answer> GoneAsync()
    {
        await RestAsync();
        ChoiceSeat[] taken =
        [
            .. calls.Seats.Where(static seat => seat is { HasDelivered: true, Outcome.Metered.Usage.Output: > 0 }),
        ];
        var sum = OwnCalls.SumOf(taken);
        var served = taken.FirstOrDefault()?.Expert;
        desk.Trace(_call, calls.Attempts, served);
        return FailedEnd.AnswerOf(_call, new(
            DeliveryStatus.ClientGone, served, sum.Usage, sum.Estimated, "", calls.Attempts, _call.Client.Started));
    }

    private async ValueTask<Answer> FailedAsync()
    {
        await RestAsync();
        if (OwedSeats() is [var first, ..] owed)
        {
            var sum = OwnCalls.SumOf(owed);
            desk.Trace(_call, calls.Attempts, first.Expert);
            return FailedEnd.AnswerOf(_call, new(
                DeliveryStatus.FailedInPart, first.Expert, sum.Usage, sum.Estimated, "", calls.Attempts,
                _call.Client.Started));
        }

        var spoken = calls.Seats.FirstOrDefault(static seat => seat.HasDelivered)?.Expert;
        desk.Trace(_call, calls.Attempts, spoken);
        var status = spoken is null ? DeliveryStatus.FailedBeforeFirstByte : DeliveryStatus.FailedMidStream;
        return FailedEnd.AnswerOf(
            _call, new(status, spoken, default, false, "", calls.Attempts, _call.Client.Started)
            {
                IsUnfit = calls.Seats.Any(static seat => seat.IsUnfit),
            });
    }

    // A caller can choose which of his prompts fails, and when: the text of the others, which he has, is not free for
    // it. Our own stopping he does not choose.
    private List<ChoiceSeat> OwedSeats() => calls.AreStreamed && _call.Chat.Prompts.Count > 1 && !_call.Stopping
        ? [.. calls.Seats.Where(static seat => seat is { IsOwed: true, Outcome.Metered.Usage.Output: > 0 })]
        : [];

    private async ValueTask RestAsync()
    {
        await _call.Client.StopKeepAliveAsync();
        await _call.Client.HandOverAsync();
    }

    /// <summary>A chat completion of choices that were put together.</summary>
    private sealed class JoinedBody(byte[] choices) : IWholeBody
    {
        public void Dispose()
        {
        }

        public void Write(Utf8JsonWriter writer, AnswerHead head) => ChatBody.Write(writer, head, choices);
    }
}
