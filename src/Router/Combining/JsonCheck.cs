using System.Text.Json;

namespace Gateway.Router.Combining;

/// <summary>Whether an answer is the JSON that a request demands.</summary>
internal sealed class JsonCheck
{
    private readonly JsonElement? _schema;
    private readonly bool _isObject;

    private JsonCheck(JsonElement? schema, bool isObject) => (_schema, _isObject) = (schema, isObject);

    /// <summary>Reads <c>response_format</c> of a request that was checked at the edge.</summary>
    internal static JsonCheck Of(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        if (!document.RootElement.TryGetProperty("response_format"u8, out var format)
            || format.ValueKind != JsonValueKind.Object)
        {
            return new(null, isObject: false);
        }

        return format.TryGetProperty("json_schema"u8, out var described)
            && described.TryGetProperty("schema"u8, out var schema)
                ? new(schema.Clone(), isObject: false)
                : new(null, isObject: true);
    }

    /// <summary>Whether the text is one JSON value, an object where no schema is given, and fits the schema.</summary>
    internal bool Fits(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var value = document.RootElement;
            return _schema is { } schema
                ? new SchemaFit(schema).Fits(value)
                : !_isObject || value.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
