using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.Core;
using Gateway.DevNet.Brain;

namespace Gateway.DevNet.Miners;

/// <summary>A miner's answers to requests that are no chat: vectors of texts, and scores of documents.</summary>
internal static class TaskApi
{
    private const int MaxInputs = 2048;
    private const int MaxDocuments = 1000;

    /// <summary>Answers <c>embeddings</c>: the body, or why it is refused.</summary>
    internal static (ReadOnlyMemory<byte> Body, ChatRefusal? Refusal) Embed(
        ReadOnlyMemory<byte> body, IReadOnlyList<ModelId> models) =>
        Answer(body, models, MinerProfile.Embed, (root, writer) =>
        {
            var inputs = InputsOf(root.GetProperty("input"u8));
            var dimensions = root.TryGetProperty("dimensions"u8, out var asked)
                ? asked.GetInt32()
                : WordModels.Dimensions;
            if (inputs.Count is 0 or > MaxInputs || dimensions is < 1 or > WordModels.Dimensions)
            {
                throw new FormatException($"There are 1 to {MaxInputs} inputs and {WordModels.Dimensions} dimensions.");
            }

            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            for (var i = 0; i < inputs.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("object"u8, "embedding"u8);
                writer.WriteNumber("index"u8, i);
                writer.WriteStartArray("embedding"u8);
                Array.ForEach(WordModels.Embed(inputs[i], dimensions), writer.WriteNumberValue);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            return inputs.Sum(words => words.Count);
        });

    /// <summary>Answers <c>rerank</c>.</summary>
    internal static (ReadOnlyMemory<byte> Body, ChatRefusal? Refusal) Rerank(
        ReadOnlyMemory<byte> body, IReadOnlyList<ModelId> models) =>
        Answer(body, models, MinerProfile.Rerank, (root, writer) =>
        {
            var query = root.GetProperty("query"u8).GetString()!;
            var documents = root.GetProperty("documents"u8).EnumerateArray().Select(one => one.GetString()!).ToList();
            if (documents.Count is 0 or > MaxDocuments)
            {
                throw new FormatException($"There are 1 to {MaxDocuments} documents.");
            }

            var scores = WordModels.Score(query, documents);
            writer.WriteStartArray("results"u8);
            for (var i = 0; i < scores.Length; i++)
            {
                writer.WriteStartObject();
                writer.WriteNumber("index"u8, i);
                writer.WriteNumber("relevance_score"u8, scores[i]);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            return WordModels.Words(query).Count() + documents.Sum(text => WordModels.Words(text).Count());
        });

    // The answer's writer tells how many tokens it read; a word is one.
    private static (ReadOnlyMemory<byte> Body, ChatRefusal? Refusal) Answer(
        ReadOnlyMemory<byte> body, IReadOnlyList<ModelId> models, ModelId serves,
        Func<JsonElement, Utf8JsonWriter, int> write)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var model = new ModelId(document.RootElement.GetProperty("model"u8).GetString()!);
            return model == serves && models.Contains(model)
                ? (Write(document.RootElement, model, write), null)
                : (default, new(404, "model_not_found", "model", "This miner does not serve that model."));
        }
        catch (Exception e) when (
            e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return (default, new(400, "invalid_value", null, "The request is not of this endpoint's shape."));
        }
    }

    private static ReadOnlyMemory<byte> Write(
        JsonElement root, ModelId model, Func<JsonElement, Utf8JsonWriter, int> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        var tokens = write(root, writer);
        writer.WriteString("model"u8, model.Value);
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, tokens);
        writer.WriteNumber("total_tokens"u8, tokens);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    // A text's words, or tokens as the words they stand for.
    private static List<List<string>> InputsOf(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            return [[.. WordModels.Words(input.GetString()!)]];
        }

        return input.GetArrayLength() > 0 && input[0].ValueKind == JsonValueKind.Number
            ? [TokensOf(input)]
            : [.. input.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.Array
                ? TokensOf(one)
                : [.. WordModels.Words(one.GetString()!)])];
    }

    private static List<string> TokensOf(JsonElement tokens) =>
        [.. tokens.EnumerateArray().Select(token => token.GetInt32().ToString(CultureInfo.InvariantCulture))];
}
