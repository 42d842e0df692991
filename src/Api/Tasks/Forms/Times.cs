using System.Text.Json;
using Gateway.Api.Tasks.Media;

namespace Gateway.Api.Tasks.Forms;

/// <summary>A piece of a transcript and when it is said.</summary>
/// <param name="Text">What is said.</param>
/// <param name="Start">Milliseconds from the beginning.</param>
/// <param name="End">Likewise; not before <paramref name="Start"/>.</param>
internal sealed record Timed(string Text, long Start, long End)
{
    /// <summary>What the expert tells of how sure it is.</summary>
    public IReadOnlyList<(string Name, double Figure)> Figures { get; init; } = [];

    public void WriteTimes(Utf8JsonWriter writer)
    {
        writer.WriteNumber("start"u8, Start / 1000m);
        writer.WriteNumber("end"u8, End / 1000m);
    }
}

/// <summary>Reads the times of a transcript.</summary>
internal static class Times
{
    // Experts count in frames of their own, and the last one may reach beyond the end; Whisper's are 30 seconds.
    private const long BeyondMs = 30_000;

    private static readonly string[] Figures =
        ["seek", "temperature", "avg_logprob", "compression_ratio", "no_speech_prob"];

    /// <summary>Null where they are missing, not in order, or where none can be.</summary>
    /// <param name="root">The answer.</param>
    /// <param name="member">Where they stand.</param>
    /// <param name="text">Where each one's text stands.</param>
    /// <param name="sound">The sound.</param>
    public static List<Timed>? Read(
        JsonElement root, ReadOnlySpan<byte> member, ReadOnlySpan<byte> text, SoundFacts sound)
    {
        if (!root.TryGetProperty(member, out var array) || array.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var (all, last, most) = (new List<Timed>(), 0L, sound.BoundMs + BeyondMs);
        foreach (var one in array.EnumerateArray())
        {
            var (start, end) = (Ms(one, "start"u8, most), Ms(one, "end"u8, most));
            if (start < last || end < start)
            {
                return null;
            }

            last = start;
            all.Add(new(one.GetProperty(text).GetString() ?? "", start, end) { Figures = [.. ReadFigures(one)] });
        }

        return all;
    }

    private static IEnumerable<(string Name, double Figure)> ReadFigures(JsonElement one)
    {
        foreach (var name in Figures)
        {
            if (one.TryGetProperty(name, out var figure) && figure.ValueKind == JsonValueKind.Number
                && figure.TryGetDouble(out var value) && double.IsFinite(value))
            {
                yield return (name, value);
            }
        }
    }

    // Before everything where it can be no time.
    private static long Ms(JsonElement one, ReadOnlySpan<byte> name, long most)
    {
        var seconds = one.GetProperty(name).GetDouble();
        return seconds >= 0 && seconds * 1000 <= most ? (long)Math.Round(seconds * 1000) : -1;
    }
}
