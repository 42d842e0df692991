using System.Collections.Frozen;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Api.Tasks.Media;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Tasks.Forms;

/// <summary>POST /v1/audio/transcriptions and /v1/audio/translations. An expert is asked for text, or for text with its
/// times; the five formats are made here, so that every expert has them.</summary>
internal sealed class TranscriptionShape : FormShape
{
    private const int MaxLanguage = 16;
    private const int MsPerPatience = 10;
    private const long BytesBesideText = 1024 * 1024;

    // A hundred characters of JSON a word, four words a second, and once more in segments.
    private const long BytesPerSecond = 1024;
    private const long MostAnswerBytes = 32 * 1024 * 1024;
    private const string WordsField = "timestamp_granularities[]";

    private static readonly TimeSpan MostPatience = TimeSpan.FromMinutes(9);

    private static readonly FrozenSet<string> Known = new[]
    {
        "file", "language", "prompt", "response_format", "temperature", WordsField, "timestamp_granularities", "stream",
        "include[]", "include", "chunking_strategy", "known_speaker_names[]", "known_speaker_references[]",
        "known_speaker_names", "known_speaker_references",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly bool _translates;

    private TranscriptionShape(string path, bool translates)
        : base(path) => _translates = translates;

    public static TranscriptionShape Transcriptions { get; } = new("/v1/audio/transcriptions", translates: false);

    public static TranscriptionShape Translations { get; } = new("/v1/audio/translations", translates: true);

    protected override TaskOrder Read(IReadOnlyList<FormPart> parts, FormRequest form)
    {
        var fields = new Fields(form, _translates);
        form.ReadAll(parts, Known, fields.Take);
        var sound = fields.Sound ?? throw FieldReader.Missing("file");
        fields.CheckTogether();
        form.Add("response_format", fields.NeedsTimes ? "verbose_json" : "json");
        var wanted = new TranscriptWish(
            fields.Format, fields.Words, fields.Segments || !fields.Words, fields.Stream, sound, _translates);
        return new(ModelTask.Transcription, TaskSize.None,
            new(Path["/v1/".Length..], answer => TranscriptAnswer.Read(answer, wanted))
            {
                MaxBytes = Math.Min(BytesBesideText + (sound.BoundMs / 1000 * BytesPerSecond), MostAnswerBytes),
                Boundary = form.Boundary,
                Patience = TimeSpan.FromMilliseconds(
                    Math.Min(sound.BoundMs / MsPerPatience, (long)MostPatience.TotalMilliseconds)),
                Most = Usage.None with { AudioMs = sound.BoundMs },
            })
        {
            Stream = fields.Stream,
        };
    }

    /// <summary>The endpoint's own fields.</summary>
    private sealed class Fields(FormRequest form, bool translates)
    {
        public SoundFacts? Sound { get; private set; }

        public string Format { get; private set; } = "json";

        public bool Words { get; private set; }

        public bool Segments { get; private set; }

        public bool Stream { get; private set; }

        public bool NeedsTimes => Format is "verbose_json" or "srt" or "vtt";

        public void Take(FormPart part)
        {
            switch (part.Name)
            {
                case "file":
                    ReadFile(part);
                    break;
                case "prompt":
                    form.Add(part.Name, FormRequest.Text(part));
                    break;
                case "temperature":
                    FormRequest.CheckNumber(part, 0, 1);
                    form.Add(part.Name, FormRequest.Text(part));
                    break;
                case "response_format":
                    Format = FormRequest.Choice(part, "json", "text", "srt", "vtt", "verbose_json");
                    break;
                default:
                    TakeOfTranscription(part);
                    break;
            }
        }

        /// <summary>Checks what only shows when the fields are seen together.</summary>
        public void CheckTogether()
        {
            if ((Words || Segments) && Format != "verbose_json")
            {
                throw new RefusedException(OpenAiError.Invalid("invalid_value",
                    $"'{WordsField}' needs the response_format verbose_json.", WordsField));
            }

            if (Stream && NeedsTimes)
            {
                throw new RefusedException(OpenAiError.Invalid("invalid_value",
                    "A stream has the response_format json or text.", "stream"));
            }
        }

        // What a translation does not have: it is into English, in one piece.
        private void TakeOfTranscription(FormPart part)
        {
            if (translates)
            {
                throw FieldReader.Unsupported(part.Name, $"'{part.Name}' is not a field of this endpoint.");
            }

            switch (part.Name)
            {
                case "language":
                    form.Add(part.Name, ReadLanguage(part));
                    break;
                case WordsField:
                    ReadTimes(part);
                    break;
                case "stream":
                    Stream = FormRequest.Flag(part);
                    break;
                case "chunking_strategy" when FormRequest.Text(part) == "auto":
                    form.Ignore(part.Name);
                    break;
                default:
                    throw FieldReader.Unsupported(part.Name, $"'{part.Name}' is not supported.");
            }
        }

        private void ReadFile(FormPart part)
        {
            if (!part.IsFile)
            {
                throw FieldReader.WrongType(part.Name, "a file");
            }

            var sound = SoundFacts.Check(part.Content.Span, part.Name);
            Sound = sound;
            var ending = sound.Kind == "mp4" ? "m4a" : sound.Kind;
            var type = sound.Kind switch { "mp3" => "audio/mpeg", _ => $"audio/{sound.Kind}" };
            form.AddFile(part.Name, $"audio.{ending}", type, part.Content.Span);
        }

        // ISO 639-1 or 639-3, perhaps with a region.
        private static string ReadLanguage(FormPart part)
        {
            var text = FormRequest.Text(part, MaxLanguage);
            return text.Length >= 2 && text.All(c => char.IsAsciiLetter(c) || c == '-')
                ? text
                : throw FieldReader.OutOfRange(part.Name, "a language's code, such as en");
        }

        private void ReadTimes(FormPart part)
        {
            if (FormRequest.Choice(part, "word", "segment") == "word")
            {
                Words = true;
            }
            else
            {
                Segments = true;
            }

            form.Add(part.Name, FormRequest.Text(part));
        }
    }
}
