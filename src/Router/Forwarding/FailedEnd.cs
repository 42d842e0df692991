using Gateway.Core;

namespace Gateway.Router.Forwarding;

/// <summary>The end of an answer that failed, or whose caller left: an error frame where a stream is under way, and
/// otherwise nothing, since the host can still answer with a status.</summary>
internal sealed class FailedEnd(ChatCall call, StreamError error, bool isOwed) : AnswerEnd
{
    private NanoUsd _charge;

    /// <summary>The answer to a caller of whom a delivery tells that it failed, or that he left.</summary>
    /// <param name="call">His request; its stream is at rest.</param>
    /// <param name="delivery">What came of it; its finish reason is made here.</param>
    internal static Answer AnswerOf(ChatCall call, Delivery delivery)
    {
        var gone = delivery.Status == DeliveryStatus.ClientGone || call.CallerGone;
        var ended = delivery with { FinishReason = gone ? "cancelled" : "error" };
        return new(call, ended, new FailedEnd(
            call, ErrorOf(call, delivery), isOwed: delivery.Status == DeliveryStatus.FailedInPart));
    }

    public override void Dispose()
    {
    }

    internal override byte[] Seal(Charge charge)
    {
        // A failure is free by rule, whatever the books would say.
        _charge = isOwed ? charge.Total : default;
        return call.Client.Commitment();
    }

    internal override ValueTask SendAsync(CallerWatch watch, CancellationToken ct) => call.Client.Started
        ? watch.WatchAsync(call.Client.SendErrorAsync(error, _charge, ct))
        : ValueTask.CompletedTask;

    private static StreamError ErrorOf(ChatCall call, Delivery delivery)
    {
        var stopped = delivery.Attempts is [.., { Reason: FailureReasons.Stopping }]
            || (delivery.Status == DeliveryStatus.FailedBeforeFirstByte && call.Stopping);
        return stopped ? StreamError.Draining
            : delivery.IsUnfit ? StreamError.Unfit
            : delivery.TimedOut ? StreamError.TimedOut : StreamError.AllFailed;
    }
}
