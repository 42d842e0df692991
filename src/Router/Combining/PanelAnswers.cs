using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gateway.Core;
using Gateway.Router.Forwarding;

namespace Gateway.Router.Combining;

/// <summary>Makes the caller's answer of what a panel came to.</summary>
internal static class PanelAnswers
{
    /// <summary>One seat's answer, read whole before, for all of them.</summary>
    /// <param name="panel">All lines asked.</param>
    /// <param name="winner">Whose answer it is.</param>
    /// <param name="reason">Why.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The answer owns its end.")]
    internal static async ValueTask<Answer> GiveAsync(Panel panel, PanelSeat winner, string reason)
    {
        var call = panel.Call;
        if (call.CallerGone)
        {
            return await GoneAsync(panel);
        }

        call.Calls = panel.Answered.Count();
        call.Route = panel.Trace(winner.Expert);
        var cut = Cuts.Of(call, winner.Outcome.Attempt!, winner.Outcome.Verdict);
        var why = cut is { } limit ? Cuts.TextOf(limit) : reason;
        var receiver = (WholeReceiver)winner.Receiver;
        var end = call.Chat.Stream
            ? await StreamAsync(panel, winner, receiver.Choices, why)
            : new WholeEnd(
                call, new ChatBody(receiver.TakeAnswer()!), call.Head(winner.Expert), panel.Sum, why);
        if (end is null)
        {
            return await GoneAsync(panel);
        }

        await RestAsync(call);
        return new(call, DeliveryOf(panel, Cuts.StatusOf(cut), winner), end);
    }

    /// <summary>The answer of a seat that has been handed on as it came.</summary>
    internal static async ValueTask<Answer> EndAsync(
        Panel panel, PanelSeat speaker, ChatCall spoken, string reason)
    {
        var call = panel.Call;
        if (speaker.Outcome.Verdict != Verdict.Complete)
        {
            speaker.Receiver.Cut();
        }

        var cut = Cuts.Of(call, speaker.Outcome.Attempt!, speaker.Outcome.Verdict);
        (spoken.Calls, spoken.Route) = (panel.Answered.Count(), panel.Trace(speaker.Expert));
        var end = speaker.Receiver.ToEnd(panel.Sum, cut is { } limit ? Cuts.TextOf(limit) : reason);
        await RestAsync(call);
        return new(call, DeliveryOf(panel, Cuts.StatusOf(cut), speaker), end);
    }

    /// <summary>The caller left: he pays for the lines before the last, and of that for what he took, unless he took
    /// nothing.</summary>
    internal static async ValueTask<Answer> GoneAsync(Panel panel, PanelSeat? speaker = null)
    {
        await RestAsync(panel.Call);
        panel.Trace(speaker?.Expert);
        var taken = speaker?.Outcome.Metered ?? default;
        var nothing = new Delivery(
            DeliveryStatus.ClientGone, speaker?.Expert, default, false, "", panel.Attempts, panel.Call.Client.Started);
        if (taken.Usage.Output == 0)
        {
            return FailedEnd.AnswerOf(panel.Call, nothing);
        }

        var lines = panel.Lines.ToArray();
        lines[speaker!.Number] = lines[speaker.Number] with { HasAnswered = true, Usage = taken.Usage };
        var before = panel.Sum;
        return FailedEnd.AnswerOf(panel.Call, nothing with
        {
            Usage = new Usage(
                before.Usage.Input + taken.Usage.Input, before.Usage.Cached + taken.Usage.Cached,
                before.Usage.Output + taken.Usage.Output, before.Usage.Reasoning + taken.Usage.Reasoning),
            Estimated = before.Estimated || taken.Estimated,
            Lines = lines,
        });
    }

    /// <summary>Nobody answered, or the last one broke off; it costs nothing.</summary>
    internal static async ValueTask<Answer> FailedAsync(Panel panel, DeliveryStatus status)
    {
        await RestAsync(panel.Call);
        panel.Trace(null);
        return FailedEnd.AnswerOf(
            panel.Call, new(status, null, default, false, "", panel.Attempts, panel.Call.Client.Started));
    }

    private static async ValueTask RestAsync(ChatCall call)
    {
        await call.Client.StopKeepAliveAsync();
        await call.Client.HandOverAsync();
    }

    private static Delivery DeliveryOf(Panel panel, DeliveryStatus status, PanelSeat winner)
    {
        var sum = panel.Sum;
        return new(
            status, winner.Expert, sum.Usage, sum.Estimated, winner.Receiver.FinishReason, panel.Attempts,
            panel.Call.Client.Started)
        {
            Lines = panel.Lines,
        };
    }

    // As one chunk, by the writer that every stream goes through. Null: the caller left.
    [SuppressMessage("Reliability", "CA2000", Justification = "The answer's end owns its rewriter.")]
    private static async ValueTask<AnswerEnd?> StreamAsync(
        Panel panel, PanelSeat winner, ReadOnlyMemory<byte> choices, string reason)
    {
        var call = panel.Call;
        var head = call.Head(winner.Expert);
        var rewriter = new FrameRewriter(head, choices: 1, call.Chat.IncludeUsage);
        if (rewriter.Rewrite(ChunkOf(choices)) == FrameKind.Content
            && !await SendAsync(call, rewriter.Frame.ToArray(), winner.Expert))
        {
            rewriter.Dispose();
            return null;
        }

        return new StreamEnd(call, [rewriter], head, panel.Sum, reason);
    }

    private static byte[] ChunkOf(ReadOnlyMemory<byte> choices)
    {
        using var document = JsonDocument.Parse(choices);
        var choice = document.RootElement[0];
        var chunk = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(chunk, ChunkFrames.WriterOptions);
        writer.WriteStartObject();
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        foreach (var member in choice.EnumerateObject())
        {
            writer.WritePropertyName(member.NameEquals("message"u8) ? "delta" : member.Name);
            member.Value.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return chunk.WrittenSpan.ToArray();
    }

    // A caller who takes nothing for too long is cut off, as on any stream.
    internal static async ValueTask<bool> SendAsync(ChatCall call, byte[] frame, Upstream expert)
    {
        using var stall = new CancellationTokenSource(call.Limits.CallerStall, call.Time);
        await using var abort = stall.Token.UnsafeRegister(static call => ((ChatCall)call!).Context.Abort(), call);
        try
        {
            return await call.Client.SendAsync(frame, expert, call.Context.RequestAborted);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return false;
        }
    }
}
