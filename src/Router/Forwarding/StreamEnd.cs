using Gateway.Core;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>The end of a stream: finish chunks, the usage chunk, <c>[DONE]</c>. The finish chunks belong to the
/// committed bytes, usage and <c>[DONE]</c> do not.</summary>
/// <param name="call">The request.</param>
/// <param name="rewriters">What know the choices, in their order: one for each call that made the answer.</param>
/// <param name="head">The answer's identity.</param>
/// <param name="metered">What is billed.</param>
/// <param name="reason">Why it ended, or why this expert was asked.</param>
internal sealed class StreamEnd(
    ChatCall call, IReadOnlyList<FrameRewriter> rewriters, AnswerHead head, Metered metered, string? reason)
    : AnswerEnd
{
    private readonly PooledBuffer _end = new();

    public override void Dispose()
    {
        _end.Dispose();
        foreach (var rewriter in rewriters)
        {
            rewriter.Dispose();
        }
    }

    internal override byte[] Seal(Charge charge)
    {
        foreach (var rewriter in rewriters)
        {
            Finish(rewriter);
        }

        call.Client.Commit(_end.Written);
        var frames = rewriters[0].Frames;
        frames.Usage(new(head, metered, charge, reason, call.Clock.OverheadMicros)
        {
            Calls = call.Calls,
            Route = call.Route,
        });
        Print(frames.Frame);
        Print(Done);
        return call.Client.Commitment();
    }

    internal override ValueTask SendAsync(CallerWatch watch, CancellationToken ct) =>
        watch.WatchAsync(call.Client.SendUncountedAsync(_end.WrittenMemory, head.Served, ct));

    private void Finish(FrameRewriter rewriter)
    {
        var choices = rewriter.Choices;
        for (var index = 0; index < choices.Count; index++)
        {
            rewriter.Frames.Finish(
                rewriter.First + index, choices.Reason(index), choices.IsBegun(index), rewriter.Filter?.StopOf(index));
            Print(rewriter.Frames.Frame);
        }
    }

    private void Print(ReadOnlyMemory<byte> frame) => _end.Append(call.Chat.Printer.PrintFrames(frame).Span);

    private static ReadOnlyMemory<byte> Done { get; } = "data: [DONE]\n\n"u8.ToArray();
}
