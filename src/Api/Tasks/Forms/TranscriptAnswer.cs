using System.Text.Json;
using Gateway.Api.Tasks.Media;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Tasks.Forms;

/// <summary>What of a transcript is wanted, and of what sound.</summary>
/// <param name="Format"><c>json</c>, <c>text</c>, <c>srt</c>, <c>vtt</c> or <c>verbose_json</c>.</param>
/// <param name="Words">Whether each word's time is wanted.</param>
/// <param name="Segments">Whether each segment's is.</param>
/// <param name="Stream">Whether events are.</param>
/// <param name="Sound">The sound.</param>
/// <param name="Translates">Whether it is put into English.</param>
internal sealed record TranscriptWish(
    string Format, bool Words, bool Segments, bool Stream, SoundFacts Sound, bool Translates);

/// <summary>Reads an expert's transcript and writes it in the format that is wanted.</summary>
internal static class TranscriptAnswer
{
    private const int DeltaLength = 64;

    /// <summary>Null where there is no text, or times are wanted and are missing, out of order or beyond the
    /// sound.</summary>
    public static TaskAnswer? Read(ReadOnlyMemory<byte> body, TranscriptWish wish)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("text"u8, out var said)
            || said.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var text = said.GetString()!;
        var needsSegments = wish.Format is "srt" or "vtt" || (wish.Format == "verbose_json" && wish.Segments);
        var segments = Times.Read(root, "segments"u8, "text"u8, wish.Sound);
        var words = Times.Read(root, "words"u8, "word"u8, wish.Sound);
        if ((needsSegments && segments is null) || (wish.Words && words is null))
        {
            return null;
        }

        var (ms, isEstimated) = Length(root, wish.Sound);
        return (wish.Stream ? Streamed(text) : wish.Format switch
        {
            "json" => new(JsonBytes.Write(writer => writer.WriteString("text"u8, text)), 0),
            "verbose_json" => new TaskAnswer(
                JsonBytes.Write(writer => WriteVerbose(writer, root, wish, ms, segments, words)), 0),
            "srt" => Cues.Srt(segments!),
            "vtt" => Cues.Vtt(segments!),
            _ => Cues.Plain(text),
        }) with
        {
            Units = Usage.None with { AudioMs = ms },
            IsEstimated = isEstimated,
        };
    }

    // Of a sound whose head says nothing the expert's word is taken, as far as it can be true.
    private static (long Ms, bool IsEstimated) Length(JsonElement root, SoundFacts sound)
    {
        if (sound.Ms is { } measured)
        {
            return (measured, false);
        }

        return root.TryGetProperty("duration"u8, out var told) && told.ValueKind == JsonValueKind.Number
            && told.TryGetDouble(out var seconds) && seconds > 0 && seconds * 1000 <= sound.BoundMs
                ? ((long)Math.Ceiling(seconds * 1000), true)
                : (sound.GuessMs, true);
    }

    private static TaskAnswer Streamed(string text)
    {
        var frames = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < text.Length;)
        {
            var end = EndOf(text, at);
            var delta = text[at..end];
            frames.Add(JsonBytes.Write(writer =>
            {
                writer.WriteString("type"u8, "transcript.text.delta"u8);
                writer.WriteString("delta"u8, delta);
            }));
            at = end;
        }

        return new(JsonBytes.Write(writer =>
        {
            writer.WriteString("type"u8, "transcript.text.done"u8);
            writer.WriteString("text"u8, text);
        }), 0)
        {
            Frames = frames,
        };
    }

    // Before a blank where there is one, and never within a pair of surrogates.
    private static int EndOf(string text, int at)
    {
        if (text.Length - at <= DeltaLength)
        {
            return text.Length;
        }

        var blank = text.LastIndexOf(' ', at + DeltaLength, DeltaLength);
        var end = blank > at ? blank : at + DeltaLength;
        return char.IsLowSurrogate(text[end]) ? end + 1 : end;
    }

    private static void WriteVerbose(
        Utf8JsonWriter writer, JsonElement root, TranscriptWish wish, long ms, List<Timed>? segments,
        List<Timed>? words)
    {
        writer.WriteString("task"u8, wish.Translates ? "translate"u8 : "transcribe"u8);
        writer.WriteString("language"u8,
            root.TryGetProperty("language"u8, out var language) ? language.GetString() : null);
        writer.WriteNumber("duration"u8, ms / 1000m);
        writer.WriteString("text"u8, root.GetProperty("text"u8).GetString());
        if (wish.Segments && segments is not null)
        {
            writer.WriteStartArray("segments"u8);
            for (var i = 0; i < segments.Count; i++)
            {
                WriteSegment(writer, segments[i], i);
            }

            writer.WriteEndArray();
        }

        if (wish.Words && words is not null)
        {
            writer.WriteStartArray("words"u8);
            foreach (var word in words)
            {
                writer.WriteStartObject();
                writer.WriteString("word"u8, word.Text);
                word.WriteTimes(writer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteSegment(Utf8JsonWriter writer, Timed segment, int index)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, index);
        segment.WriteTimes(writer);
        writer.WriteString("text"u8, segment.Text);
        foreach (var (name, figure) in segment.Figures)
        {
            writer.WriteNumber(name, figure);
        }

        writer.WriteEndObject();
    }
}
