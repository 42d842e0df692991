using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>POST /v1/rerank, in the shape that Cohere's and Jina's APIs share. An expert scores all documents; sorting
/// and cutting is done here.</summary>
internal sealed class RerankShape() : TaskShape(ThePath)
{
    public const string ThePath = "/v1/rerank";

    private const int MaxDocuments = 1000;
    private const long BytesBesideScores = 64 * 1024;

    // An expert may send the documents back though nobody asked.
    private const long MostAnswerBytes = 8 * 1024 * 1024;

    public static RerankShape Instance { get; } = new();

    protected override TaskOrder Read(JsonElement root, TaskRequest task)
    {
        var fields = new Fields(task);
        task.ReadAll(root, fields.Take);
        if (fields.QueryBytes is not { } query)
        {
            throw FieldReader.Missing("query");
        }

        var texts = fields.Texts ?? throw FieldReader.Missing("documents");

        // A cross-encoder reads the query once with each document.
        var size = TaskSize.Of(fields.Bytes + (query * texts.Count), texts.Count);
        return new(ModelTask.Rerank, size,
            new("rerank", answer => RerankAnswer.Read(answer, texts, fields.Top ?? texts.Count, fields.ReturnsTexts))
            {
                MaxBytes = BytesBesideScores + MostAnswerBytes,
            });
    }

    /// <summary>The endpoint's own fields.</summary>
    private sealed class Fields(TaskRequest task)
    {
        public long? QueryBytes { get; private set; }

        public long Bytes { get; private set; }

        public List<string>? Texts { get; private set; }

        public int? Top { get; private set; }

        public bool ReturnsTexts { get; private set; }

        public bool Take(string name, JsonElement value)
        {
            switch (name)
            {
                case "query":
                    if (FieldReader.Text(value, name, int.MaxValue).Length == 0)
                    {
                        throw FieldReader.OutOfRange(name, "a string that is not empty");
                    }

                    QueryBytes = Escapes.Utf8Length(JsonMarshal.GetRawUtf8Value(value)[1..^1]);
                    task.Copy(name, value);
                    return true;
                case "documents":
                    ReadDocuments(value);
                    return true;
                case "top_n":
                    Top = (int)FieldReader.Integer(value, name, 1, int.MaxValue);
                    return true;
                case "return_documents":
                    ReturnsTexts = FieldReader.Flag(value, name);
                    return true;
                case "rank_fields":
                    throw FieldReader.Unsupported(name, "'rank_fields' is not supported: documents are texts here.");
                default:
                    return false;
            }
        }

        private void ReadDocuments(JsonElement documents)
        {
            if (documents.ValueKind != JsonValueKind.Array)
            {
                throw FieldReader.WrongType("documents", "an array of strings or objects with a text");
            }

            if (documents.GetArrayLength() is 0 or > MaxDocuments)
            {
                throw FieldReader.OutOfRange("documents", $"1 to {MaxDocuments} documents");
            }

            Texts = [.. documents.EnumerateArray().Select((one, i) => ReadDocument(one, $"documents[{i}]"))];
            task.Writer.WriteStartArray("documents"u8);
            Texts.ForEach(task.Writer.WriteStringValue);
            task.Writer.WriteEndArray();
        }

        private string ReadDocument(JsonElement document, string path)
        {
            var text = document;
            if (document.ValueKind == JsonValueKind.Object)
            {
                text = document.TryGetProperty("text", out var member)
                    ? member
                    : throw FieldReader.Missing($"{path}.text");
            }

            var read = FieldReader.Text(text, path, int.MaxValue);
            Bytes += Escapes.Utf8Length(JsonMarshal.GetRawUtf8Value(text)[1..^1]);
            return read;
        }
    }
}

/// <summary>Reads an expert's scores and writes the best of them in order.</summary>
internal static class RerankAnswer
{
    /// <summary>Null where a document has no score, or two.</summary>
    public static TaskAnswer? Read(ReadOnlyMemory<byte> body, List<string> texts, int top, bool withTexts)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("results"u8, out var results)
            || results.ValueKind != JsonValueKind.Array || results.GetArrayLength() != texts.Count)
        {
            return null;
        }

        var scores = new double?[texts.Count];
        foreach (var result in results.EnumerateArray())
        {
            var index = result.GetProperty("index"u8).GetInt32();
            var score = result.GetProperty("relevance_score"u8).GetDouble();
            if (index < 0 || index >= scores.Length || scores[index] is not null || !double.IsFinite(score))
            {
                return null;
            }

            scores[index] = score;
        }

        return new(Write(scores, texts, top, withTexts), TaskUsage.InputTokens(document.RootElement));
    }

    private static byte[] Write(double?[] scores, List<string> texts, int top, bool withTexts)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, TranslatingPrinter.Relaxed))
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("results"u8);
            foreach (var index in Enumerable.Range(0, texts.Count).OrderByDescending(i => scores[i]).Take(top))
            {
                writer.WriteStartObject();
                writer.WriteNumber("index"u8, index);
                writer.WriteNumber("relevance_score"u8, scores[index]!.Value);
                if (withTexts)
                {
                    writer.WriteStartObject("document"u8);
                    writer.WriteString("text"u8, texts[index]);
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
