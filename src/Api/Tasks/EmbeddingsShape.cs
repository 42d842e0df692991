using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>POST /v1/embeddings. Experts are always asked for numbers; base64 is made here, so that every expert has
/// it.</summary>
internal sealed class EmbeddingsShape() : TaskShape(ThePath)
{
    public const string ThePath = "/v1/embeddings";

    private const int MaxInputs = 2048;
    private const int MaxDimensions = 65_536;
    private const int MaxWord = 16;
    private const long BytesBesideVectors = 64 * 1024;

    // A vector of 4,096 numbers of 20 characters, with room.
    private const long BytesPerVector = 128 * 1024;
    private const long MostAnswerBytes = 32 * 1024 * 1024;

    public static EmbeddingsShape Instance { get; } = new();

    protected override TaskOrder Read(JsonElement root, TaskRequest task)
    {
        var fields = new Fields(task);
        task.ReadAll(root, fields.Take);
        var count = fields.Count ?? throw FieldReader.Missing("input");
        task.Writer.WriteString("encoding_format"u8, "float"u8);
        return new(ModelTask.Embeddings, TaskSize.Of(fields.Bytes, count),
            new("embeddings", answer => EmbeddingsAnswer.Read(answer, count, fields.Dimensions, fields.IsBase64))
            {
                MaxBytes = Math.Min(BytesBesideVectors + (count * BytesPerVector), MostAnswerBytes),
            });
    }

    /// <summary>The endpoint's own fields.</summary>
    private sealed class Fields(TaskRequest task)
    {
        public int? Count { get; private set; }

        public long Bytes { get; private set; }

        public int? Dimensions { get; private set; }

        public bool IsBase64 { get; private set; }

        public bool Take(string name, JsonElement value)
        {
            switch (name)
            {
                case "input":
                    Count = ReadInput(value);
                    task.Copy(name, value);
                    return true;
                case "dimensions":
                    Dimensions = (int)FieldReader.Integer(value, name, 1, MaxDimensions);
                    task.Copy(name, value);
                    return true;
                case "encoding_format":
                    IsBase64 = FieldReader.Text(value, name, MaxWord) switch
                    {
                        "float" => false,
                        "base64" => true,
                        _ => throw FieldReader.OutOfRange(name, "float, base64"),
                    };
                    return true;
                default:
                    return false;
            }
        }

        // A text, several, a text's tokens, or several texts' tokens.
        private int ReadInput(JsonElement input)
        {
            if (input.ValueKind == JsonValueKind.String)
            {
                ReadText(input, "input");
                return 1;
            }

            if (input.ValueKind != JsonValueKind.Array)
            {
                throw FieldReader.WrongType("input", "a string, an array of strings, or tokens");
            }

            var count = input.GetArrayLength();
            if (count > 0 && input[0].ValueKind == JsonValueKind.Number)
            {
                ReadTokens(input, "input");
                return 1;
            }

            if (count is 0 or > MaxInputs)
            {
                throw FieldReader.OutOfRange("input", $"1 to {MaxInputs} inputs");
            }

            var isTokens = input[0].ValueKind == JsonValueKind.Array;
            var index = 0;
            foreach (var one in input.EnumerateArray())
            {
                if (isTokens)
                {
                    ReadTokens(one, $"input[{index++}]");
                }
                else
                {
                    ReadText(one, $"input[{index++}]");
                }
            }

            return count;
        }

        private void ReadText(JsonElement text, string path)
        {
            if (FieldReader.Text(text, path, int.MaxValue).Length == 0)
            {
                throw FieldReader.OutOfRange(path, "a string that is not empty");
            }

            Bytes += Escapes.Utf8Length(JsonMarshal.GetRawUtf8Value(text)[1..^1]);
        }

        private void ReadTokens(JsonElement tokens, string path)
        {
            if (tokens.ValueKind != JsonValueKind.Array || tokens.GetArrayLength() == 0)
            {
                throw FieldReader.WrongType(path, "an array of tokens that is not empty");
            }

            var index = 0;
            foreach (var token in tokens.EnumerateArray())
            {
                FieldReader.Integer(token, $"{path}[{index++}]", 0, int.MaxValue);
            }

            // What four bytes are elsewhere is told exactly here.
            Bytes += index * 4L;
        }
    }
}

/// <summary>Reads an expert's vectors and writes them in the caller's format.</summary>
internal static class EmbeddingsAnswer
{
    /// <summary>Null where there are not as many vectors as inputs, or they are not alike.</summary>
    public static TaskAnswer? Read(ReadOnlyMemory<byte> body, int count, int? dimensions, bool isBase64)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("data"u8, out var data)
            || data.ValueKind != JsonValueKind.Array || data.GetArrayLength() != count)
        {
            return null;
        }

        var vectors = new JsonElement[count];
        var place = 0;
        foreach (var one in data.EnumerateArray())
        {
            var index = one.TryGetProperty("index"u8, out var given) ? given.GetInt32() : place;
            if (index < 0 || index >= count || vectors[index].ValueKind != JsonValueKind.Undefined
                || !IsVector(one, out vectors[index]))
            {
                return null;
            }

            place++;
        }

        var length = dimensions ?? vectors[0].GetArrayLength();
        return length > 0 && Array.TrueForAll(vectors, vector => vector.GetArrayLength() == length)
            ? new(Write(vectors, isBase64), TaskUsage.InputTokens(document.RootElement))
            : null;
    }

    private static bool IsVector(JsonElement one, out JsonElement vector) =>
        one.TryGetProperty("embedding"u8, out vector) && vector.ValueKind == JsonValueKind.Array
            && vector.EnumerateArray().All(number =>
                number.ValueKind == JsonValueKind.Number && float.IsFinite(number.GetSingle()));

    private static byte[] Write(JsonElement[] vectors, bool isBase64)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            for (var i = 0; i < vectors.Length; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("object"u8, "embedding"u8);
                writer.WriteNumber("index"u8, i);
                writer.WritePropertyName("embedding"u8);
                if (isBase64)
                {
                    writer.WriteBase64StringValue(ToBytes(vectors[i]));
                }
                else
                {
                    vectors[i].WriteTo(writer);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    // Little-endian 32-bit floats, as the reference has them.
    private static byte[] ToBytes(JsonElement vector)
    {
        var bytes = new byte[vector.GetArrayLength() * sizeof(float)];
        var at = 0;
        foreach (var number in vector.EnumerateArray())
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), number.GetSingle());
            at += sizeof(float);
        }

        return bytes;
    }
}

/// <summary>What experts tell of the tokens of a task.</summary>
internal static class TaskUsage
{
    /// <summary>Null where it is not told.</summary>
    public static long? InputTokens(JsonElement answer) =>
        answer.TryGetProperty("usage"u8, out var usage) && usage.ValueKind == JsonValueKind.Object
            && (usage.TryGetProperty("prompt_tokens"u8, out var tokens)
                || usage.TryGetProperty("total_tokens"u8, out tokens))
            && tokens.ValueKind == JsonValueKind.Number && tokens.TryGetInt64(out var count)
            ? count
            : null;
}
