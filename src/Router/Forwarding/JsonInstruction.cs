using System.Text;
using System.Text.Json;

namespace Gateway.Router.Forwarding;

/// <summary>Says in words what <c>response_format</c> says to experts that know it, for those that do not.</summary>
internal static class JsonInstruction
{
    private const string Only = " and nothing else: no explanation before or after it, and no code fence.";

    /// <summary>A system message, as JSON, for a request that was checked at the edge.</summary>
    internal static byte[] MessageOf(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var text = SchemaOf(document.RootElement) is { } schema
            ? $"Answer with one JSON value{Only} It must be valid against this JSON Schema: {schema}"
            : $"Answer with one JSON object{Only}";
        return Encoding.UTF8.GetBytes($$"""{"role":"system","content":{{JsonSerializer.Serialize(text)}}}""");
    }

    private static string? SchemaOf(JsonElement root) =>
        root.TryGetProperty("response_format"u8, out var format) && format.ValueKind == JsonValueKind.Object
            && format.TryGetProperty("json_schema"u8, out var described)
            && described.TryGetProperty("schema"u8, out var schema)
                ? schema.GetRawText()
                : null;
}
