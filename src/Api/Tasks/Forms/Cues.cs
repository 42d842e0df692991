using System.Globalization;
using System.Text;
using Gateway.Router;

namespace Gateway.Api.Tasks.Forms;

/// <summary>Transcripts as text and as subtitles: SubRip, and WebVTT (W3C, WebVTT, section 4).</summary>
internal static class Cues
{
    private const string PlainText = "text/plain; charset=utf-8";

    public static TaskAnswer Plain(string text) => Of(text + "\n", PlainText);

    public static TaskAnswer Srt(IReadOnlyList<Timed> segments)
    {
        var text = new StringBuilder();
        for (var i = 0; i < segments.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i + 1}\n");
            Append(text, segments[i], ',');
        }

        return Of(text.ToString(), PlainText);
    }

    public static TaskAnswer Vtt(IReadOnlyList<Timed> segments)
    {
        var text = new StringBuilder("WEBVTT\n\n");
        foreach (var segment in segments)
        {
            Append(text, segment, '.');
        }

        return Of(text.ToString(), "text/vtt; charset=utf-8");
    }

    private static void Append(StringBuilder text, Timed segment, char point)
    {
        AppendTime(text, segment.Start, point);
        text.Append(" --> ");
        AppendTime(text, segment.End, point);
        text.Append('\n').Append(Line(segment.Text)).Append("\n\n");
    }

    private static void AppendTime(StringBuilder text, long ms, char point) => text.Append(
        CultureInfo.InvariantCulture,
        $"{ms / 3_600_000:00}:{ms / 60_000 % 60:00}:{ms / 1000 % 60:00}{point}{ms % 1000:000}");

    // What is said must not begin another cue.
    private static string Line(string text) => string
        .Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .Replace("-->", "->", StringComparison.Ordinal);

    private static TaskAnswer Of(string text, string type) => new(Encoding.UTF8.GetBytes(text), 0) { MediaType = type };
}
