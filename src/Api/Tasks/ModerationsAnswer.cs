using System.Text.Json;
using Gateway.Api.Chat.Shapes;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>Reads what an expert found harmful and writes it in OpenAI's categories. A category that it does not score
/// is 0, and named as not scored.</summary>
internal static class ModerationsAnswer
{
    private const double Flagged = 0.5;

    // As in OpenAI's API reference.
    private static readonly string[] Categories =
    [
        "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
        "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence", "violence/graphic",
    ];

    /// <summary>Null where an input has no result, or a result no score.</summary>
    /// <param name="body">The expert's answer.</param>
    /// <param name="count">How many inputs there are.</param>
    /// <param name="hasImages">Whether an input has images.</param>
    public static TaskAnswer? Read(ReadOnlyMemory<byte> body, int count, bool hasImages)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("results"u8, out var results)
            || results.ValueKind != JsonValueKind.Array || results.GetArrayLength() != count)
        {
            return null;
        }

        var read = results.EnumerateArray().Select(Result.Read).ToList();
        if (read.Contains(null))
        {
            return null;
        }

        var unscored = Categories.Where((_, i) => read.Exists(result => result!.Scores[i] is null));
        return new(
            JsonBytes.Write(writer => Write(writer, read, hasImages)), TaskUsage.InputTokens(document.RootElement))
        {
            IdPrefix = "modr-",
            Notes = JsonBytes.Write(writer => WriteNotes(writer, unscored)),
        };
    }

    private static void Write(Utf8JsonWriter writer, List<Result?> results, bool hasImages)
    {
        writer.WriteStartArray("results"u8);
        foreach (var result in results)
        {
            writer.WriteStartObject();
            writer.WriteBoolean("flagged"u8, result!.IsFlagged);
            writer.WriteStartObject("categories"u8);
            Each((name, i) => writer.WriteBoolean(name, result.Flags[i]));
            writer.WriteEndObject();
            writer.WriteStartObject("category_scores"u8);
            Each((name, i) => writer.WriteNumber(name, result.Scores[i] ?? 0));
            writer.WriteEndObject();
            writer.WriteStartObject("category_applied_input_types"u8);
            Each((name, i) => WriteTypes(writer, name, result.TypesOf(i, hasImages)));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Each(Action<string, int> write)
    {
        for (var i = 0; i < Categories.Length; i++)
        {
            write(Categories[i], i);
        }
    }

    private static void WriteTypes(Utf8JsonWriter writer, string name, IEnumerable<string> types)
    {
        writer.WriteStartArray(name);
        foreach (var type in types)
        {
            writer.WriteStringValue(type);
        }

        writer.WriteEndArray();
    }

    private static void WriteNotes(Utf8JsonWriter writer, IEnumerable<string> unscored) =>
        WriteTypes(writer, "unscored", unscored);

    /// <summary>What was found in one input, a place for each category.</summary>
    private sealed class Result
    {
        private const string Text = "text";
        private const string Image = "image";

        private readonly string[]?[] _types = new string[]?[Categories.Length];
        private bool? _isFlagged;

        public double?[] Scores { get; } = new double?[Categories.Length];

        public bool[] Flags { get; } = new bool[Categories.Length];

        public bool IsFlagged => _isFlagged ?? Array.Exists(Flags, flag => flag);

        /// <summary>Null where nothing is scored, or a score is none.</summary>
        public static Result? Read(JsonElement json)
        {
            var result = new Result();
            var scores = json.GetProperty("category_scores"u8);
            for (var i = 0; i < Categories.Length; i++)
            {
                if (scores.TryGetProperty(Categories[i], out var score) && score.ValueKind != JsonValueKind.Null)
                {
                    result.Scores[i] = score.GetDouble();
                    result.Flags[i] = result.Scores[i] >= Flagged;
                }
            }

            result.ReadFlags(json);
            result.ReadTypes(json);
            return Array.Exists(result.Scores, score => score is not null)
                && Array.TrueForAll(result.Scores, score => score is null or (>= 0 and <= 1))
                ? result
                : null;
        }

        public string[] TypesOf(int category, bool hasImages) =>
            _types[category] ?? (Scores[category] is null || hasImages ? [] : [Text]);

        // The expert's own thresholds are better than one for all.
        private void ReadFlags(JsonElement json)
        {
            if (json.TryGetProperty("flagged"u8, out var flagged))
            {
                _isFlagged = flagged.GetBoolean();
            }

            if (!json.TryGetProperty("categories"u8, out var flags))
            {
                return;
            }

            for (var i = 0; i < Categories.Length; i++)
            {
                if (flags.TryGetProperty(Categories[i], out var flag) && flag.ValueKind != JsonValueKind.Null)
                {
                    Flags[i] = flag.GetBoolean();
                }
            }
        }

        private void ReadTypes(JsonElement json)
        {
            if (!json.TryGetProperty("category_applied_input_types"u8, out var types))
            {
                return;
            }

            for (var i = 0; i < Categories.Length; i++)
            {
                if (types.TryGetProperty(Categories[i], out var applied) && applied.ValueKind == JsonValueKind.Array)
                {
                    _types[i] = [.. applied.EnumerateArray()
                        .Select(type => type.GetString() == Image ? Image : Text).Distinct()];
                }
            }
        }
    }
}

/// <summary>JSON objects that are made in one go.</summary>
internal static class JsonBytes
{
    /// <summary>An object whose members are written by <paramref name="members"/>.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, TranslatingPrinter.Relaxed))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
