using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Tasks.Media;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>POST /v1/audio/speech: sold by the character that is read aloud.</summary>
internal sealed class SpeechShape() : TaskShape(ThePath)
{
    public const string ThePath = "/v1/audio/speech";

    private const int MaxCharacters = 4096;
    private const int MaxVoice = 64;
    private const int MaxWord = 16;
    private const double SlowestSpeed = 0.25;
    private const double FastestSpeed = 4;
    private const int FrameBytes = 24 * 1024;
    private const long BytesBeside = 256 * 1024;

    // Read slowly, a character lasts a third of a second: of WAV in good quality 16 KB.
    private const long BytesPerCharacter = 16 * 1024;

    // Ten characters a second are slow for a machine.
    private static readonly TimeSpan PatiencePerCharacter = TimeSpan.FromMilliseconds(100);

    public static SpeechShape Instance { get; } = new();

    protected override TaskOrder Read(JsonElement root, TaskRequest task)
    {
        var fields = new Fields(task);
        task.ReadAll(root, fields.Take);
        var characters = fields.Characters ?? throw FieldReader.Missing("input");
        var voice = fields.Voice ?? throw FieldReader.Missing("voice");
        var (format, stream) = (fields.Format, fields.Stream);
        task.Writer.WriteString("response_format"u8, format.Name);
        return new(ModelTask.Speech, TaskSize.None,
            new("audio/speech", answer => ReadAnswer(answer, format, characters, stream))
            {
                MaxBytes = BytesBeside + (BytesPerCharacter * characters),
                Accept = "*/*",
                Patience = PatiencePerCharacter * characters,
                Most = Usage.None with { Characters = characters },
            })
        {
            Stream = stream,
            Voice = voice,
        };
    }

    private static TaskAnswer? ReadAnswer(
        ReadOnlyMemory<byte> body, SoundFormat format, long characters, bool stream)
    {
        if (!format.Fits(body.Span))
        {
            return null;
        }

        var units = Usage.None with { Characters = characters };
        return stream
            ? new(JsonBytes.Write(writer => writer.WriteString("type"u8, "speech.audio.done"u8)), 0)
            {
                Frames = [.. Frames(body)],
                Units = units,
            }
            : new(body.ToArray(), 0) { MediaType = format.MediaType, Units = units };
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Frames(ReadOnlyMemory<byte> sound)
    {
        for (var rest = sound; rest.Length > 0;)
        {
            var piece = rest[..Math.Min(rest.Length, FrameBytes)];
            yield return JsonBytes.Write(writer =>
            {
                writer.WriteString("type"u8, "speech.audio.delta"u8);
                writer.WriteBase64String("audio"u8, piece.Span);
            });
            rest = rest[piece.Length..];
        }
    }

    /// <summary>The endpoint's own fields.</summary>
    private sealed class Fields(TaskRequest task)
    {
        public long? Characters { get; private set; }

        public string? Voice { get; private set; }

        public SoundFormat Format { get; private set; } = SoundFormat.Find("mp3")!;

        public bool Stream { get; private set; }

        public bool Take(string name, JsonElement value)
        {
            switch (name)
            {
                case "input":
                    Characters = ReadInput(value);
                    break;
                case "voice":
                    Voice = FieldReader.Text(value, name, MaxVoice);
                    break;
                case "instructions":
                    FieldReader.Text(value, name, MaxCharacters);
                    break;
                case "speed":
                    FieldReader.CheckNumber(value, name, SlowestSpeed, FastestSpeed);
                    break;
                case "response_format":
                    Format = SoundFormat.Find(FieldReader.Text(value, name, MaxWord))
                        ?? throw FieldReader.OutOfRange(name, SoundFormat.Names);
                    return true;
                case "stream_format":
                    Stream = FieldReader.Text(value, name, MaxWord) switch
                    {
                        "audio" => false,
                        "sse" => true,
                        _ => throw FieldReader.OutOfRange(name, "audio, sse"),
                    };
                    return true;
                default:
                    return false;
            }

            task.Copy(name, value);
            return true;
        }

        private static long ReadInput(JsonElement value)
        {
            // A character beyond the basic plane is two in memory.
            var count = FieldReader.Text(value, "input", 2 * MaxCharacters).EnumerateRunes().Count();
            return count is > 0 and <= MaxCharacters
                ? count
                : throw FieldReader.OutOfRange("input", $"1 to {MaxCharacters} characters");
        }
    }
}
