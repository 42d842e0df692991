using System.Text.Json;
using Gateway.Core;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>An answer that is no chat for a caller who wants events. The expert's answer is checked whole before any of
/// it is handed on, so all events wait for the charge; until then comments keep the stream alive. The last event has
/// the usage.</summary>
internal sealed class TaskStreamEnd(ChatCall call, TaskBody answer, AnswerHead head, Metered metered, string? reason)
    : AnswerEnd
{
    // What a caller must take within the time of one stall.
    private const int PieceSize = 64 * 1024;

    private readonly PooledBuffer _frames = new();
    private readonly PooledBuffer _last = new();

    public override void Dispose()
    {
        _frames.Dispose();
        _last.Dispose();
        answer.Dispose();
    }

    internal override byte[] Seal(Charge charge)
    {
        foreach (var frame in answer.Frames)
        {
            AppendFrame(_frames, frame.Span);
        }

        call.Client.Commit(_frames.Written);
        AppendLast(charge);
        return call.Client.Commitment();
    }

    internal override async ValueTask SendAsync(CallerWatch watch, CancellationToken ct)
    {
        await SendAsync(watch, _frames.WrittenMemory, ct);
        await SendAsync(watch, _last.WrittenMemory, ct);
    }

    private async ValueTask SendAsync(CallerWatch watch, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        for (var rest = bytes; rest.Length > 0;)
        {
            var piece = rest[..Math.Min(rest.Length, PieceSize)];
            await watch.WatchAsync(call.Client.SendUncountedAsync(piece, head.Served, ct));
            rest = rest[piece.Length..];
        }
    }

    private void AppendLast(Charge charge)
    {
        var ending = new Ending(head, metered, charge, reason, call.Clock.OverheadMicros)
        {
            Calls = call.Calls,
            Route = call.Route,
            Notes = answer.Notes,
        };
        _last.Append("data: "u8);
        using (var writer = new Utf8JsonWriter(_last, ChunkFrames.WriterOptions))
        {
            writer.WriteStartObject();
            answer.Write(writer, head);
            ending.Write(writer);
            writer.WriteEndObject();
        }

        _last.Append("\n\ndata: [DONE]\n\n"u8);
    }

    private static void AppendFrame(PooledBuffer to, ReadOnlySpan<byte> frame)
    {
        to.Append("data: "u8);
        to.Append(frame);
        to.Append("\n\n"u8);
    }
}
