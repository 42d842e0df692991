using System.Text.Json;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Chat;

/// <summary>What an answer's form is asked to be.</summary>
internal enum FormatWish
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>JSON, as well as the expert can.</summary>
    Json,

    /// <summary>JSON that is checked, or there is no answer.</summary>
    CheckedJson,
}

/// <summary>Reads <c>response_format</c>.</summary>
internal static class ResponseFormatReader
{
    private const string Field = "response_format";
    private const int MaxTypeLength = 16;

    /// <exception cref="RefusedException">It is none, or has a schema that is none.</exception>
    public static FormatWish Read(JsonElement format)
    {
        if (format.ValueKind != JsonValueKind.Object || !format.TryGetProperty("type", out var type))
        {
            throw FieldReader.WrongType(Field, "an object with a type");
        }

        return FieldReader.Text(type, $"{Field}.type", MaxTypeLength) switch
        {
            "text" => FormatWish.Text,
            "json_object" => FormatWish.CheckedJson,
            "json_schema" => ReadSchema(format),
            _ => throw FieldReader.OutOfRange($"{Field}.type", "text, json_object, json_schema"),
        };
    }

    private static FormatWish ReadSchema(JsonElement format)
    {
        if (!format.TryGetProperty("json_schema", out var described) || described.ValueKind != JsonValueKind.Object
            || !described.TryGetProperty("schema", out var schema) || schema.ValueKind != JsonValueKind.Object)
        {
            throw SchemaReader.Invalid(Field, "needs json_schema.schema, an object");
        }

        SchemaReader.CheckSize(schema, Field);
        var isStrict = described.TryGetProperty("strict", out var strict) && !FieldReader.IsAbsent(strict)
            && FieldReader.Flag(strict, $"{Field}.json_schema.strict");
        if (isStrict)
        {
            SchemaReader.CheckStrict(schema, Field);
        }

        return isStrict ? FormatWish.CheckedJson : FormatWish.Json;
    }
}
