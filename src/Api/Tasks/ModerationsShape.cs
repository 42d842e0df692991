using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Tasks.Media;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>POST /v1/moderations. A text, several texts, or parts that are judged together.</summary>
internal sealed class ModerationsShape() : TaskShape(ThePath, ChatEndpoint.MaxBody)
{
    public const string ThePath = "/v1/moderations";

    private const int MaxInputs = 2048;
    private const int MaxParts = 32;
    private const int TokensPerImage = 2048;
    private const long BytesPerResult = 16 * 1024;

    public static ModerationsShape Instance { get; } = new();

    protected override TaskOrder Read(JsonElement root, TaskRequest task)
    {
        var fields = new Fields(task);
        task.ReadAll(root, fields.Take);
        var count = fields.Count ?? throw FieldReader.Missing("input");
        var size = TaskSize.Of(fields.Bytes, count);
        return new(ModelTask.Moderation, size with { Bound = size.Bound + (fields.Images * (long)TokensPerImage) },
            new("moderations", answer => ModerationsAnswer.Read(answer, count, fields.Images > 0))
            {
                MaxBytes = BytesPerResult * (1 + count),
            });
    }

    /// <summary>The endpoint's own fields.</summary>
    private sealed class Fields(TaskRequest task)
    {
        public int? Count { get; private set; }

        public long Bytes { get; private set; }

        public int Images { get; private set; }

        public bool Take(string name, JsonElement value)
        {
            if (name != "input")
            {
                return false;
            }

            Count = ReadInput(value);
            task.Copy(name, value);
            return true;
        }

        // Parts are one input, texts are one each.
        private int ReadInput(JsonElement input)
        {
            if (input.ValueKind == JsonValueKind.String)
            {
                ReadText(input, "input");
                return 1;
            }

            if (input.ValueKind != JsonValueKind.Array)
            {
                throw FieldReader.WrongType("input", "a string, an array of strings, or an array of parts");
            }

            var isParts = input.GetArrayLength() > 0 && input[0].ValueKind == JsonValueKind.Object;
            var (count, most) = (input.GetArrayLength(), isParts ? MaxParts : MaxInputs);
            if (count == 0 || count > most)
            {
                throw FieldReader.OutOfRange("input", $"1 to {most} inputs");
            }

            var index = 0;
            foreach (var one in input.EnumerateArray())
            {
                var path = $"input[{index++}]";
                if (isParts)
                {
                    ReadPart(one, path);
                }
                else
                {
                    ReadText(one, path);
                }
            }

            return isParts ? 1 : count;
        }

        private void ReadPart(JsonElement part, string path)
        {
            FieldReader.RefuseOthers(part, path, "type", "text", "image_url");
            if (!part.TryGetProperty("type"u8, out var type))
            {
                throw FieldReader.Missing($"{path}.type");
            }

            if (FieldReader.IsText(type, "text"))
            {
                ReadText(part.TryGetProperty("text"u8, out var text) ? text : default, $"{path}.text");
            }
            else if (FieldReader.IsText(type, "image_url"))
            {
                MediaReader.ReadImage(part, path);
                RefuseRemote(part.GetProperty("image_url"u8), path);
                ImageData.Check(part.GetProperty("image_url"u8).GetProperty("url"u8), $"{path}.image_url.url");
                Images++;
            }
            else
            {
                throw FieldReader.OutOfRange($"{path}.type", "text, image_url");
            }
        }

        private static void RefuseRemote(JsonElement image, string path)
        {
            if (MediaReader.IsRemote(image))
            {
                throw MediaReader.InvalidImage(path, "must be a data URL: addresses are not fetched here");
            }
        }

        private void ReadText(JsonElement text, string path)
        {
            if (FieldReader.IsAbsent(text))
            {
                throw FieldReader.Missing(path);
            }

            FieldReader.Text(text, path, int.MaxValue);
            Bytes += Escapes.Utf8Length(JsonMarshal.GetRawUtf8Value(text)[1..^1]);
        }
    }
}
