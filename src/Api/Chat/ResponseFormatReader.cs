using System.Text.Json;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Chat;

/// <summary>Checks <c>response_format</c>.</summary>
internal static class ResponseFormatReader
{
    private const string Field = "response_format";
    private const int MaxSchemaBytes = 64 * 1024;
    private const int MaxTypeLength = 16;

    /// <summary>Whether the expert must hold its answer to JSON.</summary>
    public static bool NeedsJson(JsonElement format)
    {
        if (format.ValueKind != JsonValueKind.Object || !format.TryGetProperty("type", out var type))
        {
            throw FieldReader.WrongType(Field, "an object with a type");
        }

        switch (FieldReader.Text(type, $"{Field}.type", MaxTypeLength))
        {
            case "text":
                return false;
            case "json_object":
                return true;
            case "json_schema":
                CheckSchema(format);
                return true;
            default:
                throw FieldReader.OutOfRange($"{Field}.type", "text, json_object, json_schema");
        }
    }

    private static void CheckSchema(JsonElement format)
    {
        if (!format.TryGetProperty("json_schema", out var described) || described.ValueKind != JsonValueKind.Object
            || !described.TryGetProperty("schema", out var schema) || schema.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("needs json_schema.schema, an object");
        }

        if (System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(schema).Length > MaxSchemaBytes)
        {
            throw Invalid($"has a schema above {MaxSchemaBytes} bytes");
        }
    }

    private static RefusedException Invalid(string what) =>
        new(OpenAiError.Invalid("invalid_json_schema", $"'{Field}' {what}.", Field));
}
