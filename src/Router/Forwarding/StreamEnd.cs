using Gateway.Core;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>The end of a stream: finish chunks, the usage chunk, <c>[DONE]</c>. The finish chunks belong to the
/// committed bytes, usage and <c>[DONE]</c> do not.</summary>
internal sealed class StreamEnd(ChatCall call, FrameRewriter rewriter, AnswerHead head, Metered metered, string? reason)
    : AnswerEnd
{
    private readonly PooledBuffer _end = new();

    public override void Dispose()
    {
        _end.Dispose();
        rewriter.Dispose();
    }

    internal override byte[] Seal(Charge charge)
    {
        var choices = rewriter.Choices;
        for (var index = 0; index < choices.Count; index++)
        {
            rewriter.Frames.Finish(index, choices.Reason(index), choices.IsBegun(index));
            Print(rewriter.Frames.Frame);
        }

        call.Client.Commit(_end.Written);
        rewriter.Frames.Usage(new(head, metered, charge, reason, call.Clock.OverheadMicros)
        {
            Calls = call.Calls,
            Route = call.Route,
        });
        Print(rewriter.Frames.Frame);
        Print(Done);
        return call.Client.Commitment();
    }

    internal override ValueTask SendAsync(CallerWatch watch, CancellationToken ct) =>
        watch.WatchAsync(call.Client.SendUncountedAsync(_end.WrittenMemory, head.Served, ct));

    private void Print(ReadOnlyMemory<byte> frame) => _end.Append(call.Chat.Printer.PrintFrames(frame).Span);

    private static ReadOnlyMemory<byte> Done { get; } = "data: [DONE]\n\n"u8.ToArray();
}
