using Gateway.Router.Learning;
using Gateway.Router.Load;
using Gateway.Router.Metering;
using Gateway.Router.Traces;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router.Forwarding;

/// <summary>Tries a plan's candidates in order until one gives an answer or the caller has seen a part of
/// one.</summary>
internal sealed class ChatDispatcher(
    UpstreamChannel channel, LoadTable loads, RetryBudget retries, LearningDesk desk, TimeProvider time,
    RouterLimits limits)
{
    // A request that two experts refuse is at fault itself.
    private const int MaxRejections = 2;

    internal async Task<Answer> SendAsync(HttpContext context, RoutePlan plan, ChatDispatch chat, IAllowance allowance)
    {
        var call = new ChatCall(context, plan, chat, allowance, time, limits);
        if (chat.Stream)
        {
            call.Client.StartKeepAlive();
        }

        try
        {
            return await TryAllAsync(call);
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

    private async ValueTask<Answer> TryAllAsync(ChatCall call)
    {
        var attempts = new List<Attempt>(RouterLimits.MaxAttempts);
        var rejections = 0;
        retries.Earn();
        foreach (var upstream in call.Plan.Candidates)
        {
            if (attempts.Count == RouterLimits.MaxAttempts
                || rejections == MaxRejections
                || call.Stopping
                || attempts is [.., { Reason: FailureReasons.Deadline }]
                || (attempts.Count > 0 && !retries.TrySpend()))
            {
                break;
            }

            var (answer, verdict) = await TryOneAsync(call, upstream, attempts);
            if (answer is not null)
            {
                return answer;
            }

            rejections += verdict == Verdict.Rejected ? 1 : 0;
        }

        return await FailedAsync(call, attempts, DeliveryStatus.FailedBeforeFirstByte, served: null, default);
    }

    private async ValueTask<(Answer? Answer, Verdict Verdict)> TryOneAsync(
        ChatCall call, Upstream upstream, List<Attempt> attempts)
    {
        var load = loads.Of(upstream);
        using var attempt = new UpstreamAttempt(call, upstream, channel, load.LateFirst());
        load.Begin();
        // Whatever goes wrong in our own code is held against nobody.
        var result = new AttemptResult(Verdict.CallerGone, "");
        try
        {
            result = await attempt.RunAsync();
        }
        finally
        {
            load.End(MarkOf(result), attempt.RetryAfter);
        }

        var answer = await EndAsync(call, attempt, result, attempts);
        desk.Lessons.Learn(call.Plan, upstream, load, MarkOf(result), attempt.TimingOf(attempts[^1].OutputTo));
        return (answer, result.Verdict);
    }

    private static AttemptMark MarkOf(AttemptResult result) => result.Verdict switch
    {
        Verdict.Complete or Verdict.LimitReached or Verdict.CreditExhausted => AttemptMark.Good,
        Verdict.CallerGone or Verdict.Rejected => AttemptMark.Neutral,
        Verdict.Failed when FailureReasons.IsNeutral(result.Reason) => AttemptMark.Neutral,
        Verdict.Failed when result.Reason == FailureReasons.Busy => AttemptMark.Busy,
        Verdict.Failed => AttemptMark.Bad,
    };

    // Null: another candidate may be tried.
    private async ValueTask<Answer?> EndAsync(
        ChatCall call, UpstreamAttempt attempt, AttemptResult result, List<Attempt> attempts)
    {
        var receiver = attempt.Receiver;
        // A figure without text passes no gate on its way, so whatever the end, the bill is bounded here.
        var metered = call.Gate.Bound(await receiver.MeterAsync(result.Verdict));
        if (result.Verdict is Verdict.Failed or Verdict.Rejected)
        {
            attempts.Add(Record(attempt, AttemptEnd.Failed, result.Reason, receiver.DeliveredTokens));
            return receiver.HasDelivered
                ? await FailedAsync(call, attempts, DeliveryStatus.FailedMidStream, attempt.Upstream, metered)
                : null;
        }

        if (result.Verdict == Verdict.CallerGone)
        {
            attempts.Add(Record(attempt, AttemptEnd.Cancelled, result.Reason, metered.Usage.Output));
            return await FailedAsync(call, attempts, DeliveryStatus.ClientGone, attempt.Upstream, metered);
        }

        var reason = metered.Overclaimed ? FailureReasons.Overclaimed : "";
        attempts.Add(Record(attempt, AttemptEnd.Complete, reason, metered.Usage.Output));
        return await AnsweredAsync(call, attempt, result.Verdict, metered, attempts);
    }

    private async ValueTask<Answer> AnsweredAsync(
        ChatCall call, UpstreamAttempt attempt, Verdict verdict, Metered metered, List<Attempt> attempts)
    {
        if (verdict != Verdict.Complete)
        {
            attempt.Receiver.Cut();
        }

        var cut = CutOf(call, attempt, verdict);
        call.Route = desk.Trace(call, attempts, attempt.Upstream);
        var why = cut is { } reason ? CutText(reason) : Explanation.Of(call.Plan.Record, attempt.Upstream);
        var end = attempt.Receiver.ToEnd(metered, why);
        await call.Client.StopKeepAliveAsync();
        await call.Client.HandOverAsync();
        var delivery = new Delivery(
            cut is { } ended ? StatusOf(ended) : DeliveryStatus.Complete, attempt.Upstream, metered.Usage,
            metered.Estimated, attempt.Receiver.FinishReason, attempts, call.Client.Started);
        return new(call, delivery, end);
    }

    private async ValueTask<Answer> FailedAsync(
        ChatCall call, List<Attempt> attempts, DeliveryStatus status, Upstream? served, Metered metered)
    {
        await call.Client.StopKeepAliveAsync();
        await call.Client.HandOverAsync();
        desk.Trace(call, attempts, served);
        var gone = status == DeliveryStatus.ClientGone || call.CallerGone;
        var delivery = new Delivery(
            status, served, metered.Usage, metered.Estimated, gone ? "cancelled" : "error",
            attempts, call.Client.Started);
        return new(call, delivery, new FailedEnd(call, ErrorOf(call, delivery)));
    }

    private static StreamError ErrorOf(ChatCall call, Delivery delivery)
    {
        var stopped = delivery.Attempts is [.., { Reason: FailureReasons.Stopping }]
            || (delivery.Status == DeliveryStatus.FailedBeforeFirstByte && call.Stopping);
        return stopped ? StreamError.Draining : delivery.TimedOut ? StreamError.TimedOut : StreamError.AllFailed;
    }

    private static Attempt Record(UpstreamAttempt attempt, AttemptEnd end, string reason, long delivered) =>
        new(attempt.Upstream, OutputFrom: 0, OutputTo: delivered, end, reason, attempt.Receiver.TtftMs);

    // An upstream that was told our lower limit stops there by itself, and reports it as its own length.
    private static CutReason? CutOf(ChatCall call, UpstreamAttempt attempt, Verdict verdict) => verdict switch
    {
        Verdict.CreditExhausted => CutReason.CreditExhausted,
        Verdict.LimitReached => call.Allowance.LimitReason,
        _ when attempt.Receiver.FinishReason == "length"
            && call.Allowance.LimitReason != CutReason.MaxTokens
            && call.OutputLimitOfEach < attempt.Upstream.OutputTokensLimit => call.Allowance.LimitReason,
        _ => null,
    };

    private static DeliveryStatus StatusOf(CutReason cut) => cut switch
    {
        CutReason.MaxTokens => DeliveryStatus.CutByLimit,
        CutReason.MaxCost => DeliveryStatus.CutByMaxCost,
        CutReason.CreditExhausted => DeliveryStatus.CutByCredit,
    };

    private static string CutText(CutReason cut) => cut switch
    {
        CutReason.MaxTokens => "max_tokens",
        CutReason.MaxCost => "max_cost",
        CutReason.CreditExhausted => "credit_exhausted",
    };
}
