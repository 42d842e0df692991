using Gateway.Router.Learning;
using Gateway.Router.Traces;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router.Forwarding;

/// <summary>Serves a plan of one line: its answer goes to the caller as it comes.</summary>
internal sealed class ChatDispatcher(LineRunner runner, LearningDesk desk, TimeProvider time, RouterLimits limits)
{
    internal async Task<Answer> SendAsync(HttpContext context, RoutePlan plan, ChatDispatch chat, IAllowance allowance)
    {
        var call = new ChatCall(context, plan, chat, allowance, time, limits);
        if (chat.Stream)
        {
            call.Client.StartKeepAlive();
        }

        try
        {
            using var outcome = await runner.RunAsync(call, plan.Candidates, line: 0);
            return await AnswerAsync(call, outcome);
        }
        catch
        {
            await call.Client.DisposeAsync();
            throw;
        }
        finally
        {
            await call.Gate.DisposeAsync();
        }
    }

    private ValueTask<Answer> AnswerAsync(ChatCall call, in LineOutcome outcome) => outcome.End switch
    {
        LineEnd.Answered => AnsweredAsync(call, outcome),
        LineEnd.NoAnswer => FailedAsync(call, outcome, DeliveryStatus.FailedBeforeFirstByte),
        LineEnd.Broken => FailedAsync(call, outcome, DeliveryStatus.FailedMidStream),
        LineEnd.CallerGone => FailedAsync(call, outcome, DeliveryStatus.ClientGone),
    };

    private async ValueTask<Answer> AnsweredAsync(ChatCall call, LineOutcome outcome)
    {
        var (attempt, attempts, metered) = (outcome.Attempt!, outcome.Attempts, outcome.Metered);
        if (outcome.Verdict != Verdict.Complete)
        {
            attempt.Receiver.Cut();
        }

        var cut = Cuts.Of(call, attempt, outcome.Verdict);
        call.Route = desk.Trace(call, attempts, attempt.Upstream);
        var why = cut is { } reason ? Cuts.TextOf(reason) : Explanation.Of(call.Plan.Record, attempt.Upstream);
        var end = attempt.Receiver.ToEnd(metered, why);
        await call.Client.StopKeepAliveAsync();
        await call.Client.HandOverAsync();
        var delivery = new Delivery(
            Cuts.StatusOf(cut), attempt.Upstream, metered.Usage, metered.Estimated, attempt.Receiver.FinishReason,
            attempts, call.Client.Started);
        return new(call, delivery, end);
    }

    private async ValueTask<Answer> FailedAsync(ChatCall call, LineOutcome outcome, DeliveryStatus status)
    {
        await call.Client.StopKeepAliveAsync();
        await call.Client.HandOverAsync();
        var served = status == DeliveryStatus.FailedBeforeFirstByte ? null : outcome.Attempt?.Upstream;
        desk.Trace(call, outcome.Attempts, served);
        return FailedEnd.AnswerOf(call, new(
            status, served, outcome.Metered.Usage, outcome.Metered.Estimated, "", outcome.Attempts,
            call.Client.Started));
    }
}
