using Gateway.Core;

namespace Gateway.Router.Forwarding;

/// <summary>The end of an answer that failed, or whose caller left: an error frame where a stream is under way, and
/// otherwise nothing, since the host can still answer with a status.</summary>
internal sealed class FailedEnd(ChatCall call, StreamError error) : AnswerEnd
{
    public override void Dispose()
    {
    }

    internal override byte[] Seal(Charge charge) => call.Client.Commitment();

    internal override ValueTask SendAsync(CallerWatch watch, CancellationToken ct) => call.Client.Started
        ? watch.WatchAsync(call.Client.SendErrorAsync(error, isFree: true, ct))
        : ValueTask.CompletedTask;
}
