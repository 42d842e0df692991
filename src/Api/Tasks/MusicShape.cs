using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Tasks.Media;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>POST /v1/audio/music, a shape of our own: sold by the second that was delivered.</summary>
internal sealed class MusicShape() : TaskShape(ThePath)
{
    public const string ThePath = "/v1/audio/music";

    private const int MaxPrompt = 4096;
    private const int MaxSeconds = 300;
    private const int UsualSeconds = 30;
    private const int MaxWord = 16;
    private const long BytesBeside = 256 * 1024;

    // WAV of two channels with 24 bits at 48 kHz.
    private const long BytesPerSecond = 288 * 1024;

    public static MusicShape Instance { get; } = new();

    protected override TaskOrder Read(JsonElement root, TaskRequest task)
    {
        var fields = new Fields(task);
        task.ReadAll(root, fields.Take);
        if (!fields.HasPrompt)
        {
            throw FieldReader.Missing("prompt");
        }

        var (format, most) = (fields.Format, fields.Seconds * 1000);
        task.Writer.WriteNumber("seconds"u8, fields.Seconds);
        task.Writer.WriteString("format"u8, format.Name);
        return new(ModelTask.Music, TaskSize.None, new("audio/music", answer => ReadAnswer(answer, format, most))
        {
            MaxBytes = BytesBeside + (BytesPerSecond * fields.Seconds),
            Accept = "*/*",
            Patience = TimeSpan.FromSeconds(fields.Seconds),
            Most = Usage.None with { AudioMs = most },
        });
    }

    // What is longer than it was asked for is not billed beyond that.
    private static TaskAnswer? ReadAnswer(ReadOnlyMemory<byte> body, SoundFormat format, long most)
    {
        if (!format.Fits(body.Span))
        {
            return null;
        }

        SoundFacts.TryRead(body.Span, out var facts);
        return new(body.ToArray(), 0)
        {
            MediaType = format.MediaType,
            Units = Usage.None with { AudioMs = Math.Min(facts.GuessMs, most) },
            IsEstimated = facts.Ms is null,
        };
    }

    /// <summary>The endpoint's own fields.</summary>
    private sealed class Fields(TaskRequest task)
    {
        public bool HasPrompt { get; private set; }

        public long Seconds { get; private set; } = UsualSeconds;

        public SoundFormat Format { get; private set; } = SoundFormat.Find("mp3")!;

        public bool Take(string name, JsonElement value)
        {
            switch (name)
            {
                case "prompt":
                    HasPrompt = FieldReader.Text(value, name, MaxPrompt).Length > 0
                        ? true
                        : throw FieldReader.OutOfRange(name, "a string that is not empty");
                    task.Copy(name, value);
                    return true;
                case "seconds":
                    Seconds = FieldReader.Integer(value, name, 1, MaxSeconds);
                    return true;
                case "format":
                    var text = FieldReader.Text(value, name, MaxWord);
                    Format = text != "pcm" && SoundFormat.Find(text) is { } format
                        ? format
                        : throw FieldReader.OutOfRange(name, "mp3, opus, aac, flac, wav");
                    return true;
                default:
                    return false;
            }
        }
    }
}
