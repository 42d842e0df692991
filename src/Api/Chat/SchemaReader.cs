using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Chat;

/// <summary>Checks a strict schema: one that an answer can be held to in full. Its words are those of OpenAI's
/// structured outputs; another word, which would promise what nobody checks, is refused.</summary>
internal sealed class SchemaReader
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxDepth = 10;

    private static readonly string[] Types = ["object", "array", "string", "boolean", "null", "number", "integer"];

    // They say nothing about a value. A format is for people: nothing is held to it.
    private static readonly HashSet<string> Notes = new(StringComparer.Ordinal)
    {
        "title", "description", "default", "examples", "format", "$schema", "$id", "$comment",
    };

    private readonly JsonElement _root;
    private readonly string _field;

    private SchemaReader(JsonElement root, string field) => (_root, _field) = (root, field);

    /// <summary>Checks what holds of every schema.</summary>
    /// <exception cref="RefusedException">400 <c>invalid_json_schema</c>.</exception>
    public static void CheckSize(JsonElement schema, string field)
    {
        if (JsonMarshal.GetRawUtf8Value(schema).Length > MaxBytes)
        {
            throw Invalid(field, $"has a schema above {MaxBytes} bytes");
        }
    }

    /// <summary>Checks a schema that answers must be valid against.</summary>
    /// <param name="schema">An object.</param>
    /// <param name="field">Where it stands, for the refusal.</param>
    /// <exception cref="RefusedException">400 <c>invalid_json_schema</c>, naming the place.</exception>
    public static void CheckStrict(JsonElement schema, string field) =>
        new SchemaReader(schema, field).Check(schema, "#", 1);

    public static RefusedException Invalid(string field, string what) =>
        new(OpenAiError.Invalid("invalid_json_schema", $"'{field}' {what}.", field));

    private void Check(JsonElement schema, string path, int depth)
    {
        Require(schema.ValueKind == JsonValueKind.Object, path, "must be an object");
        Require(depth <= MaxDepth, path, $"is nested deeper than {MaxDepth} levels");
        foreach (var word in schema.EnumerateObject().Where(static word => !Notes.Contains(word.Name)))
        {
            CheckWord(word, $"{path}/{FieldReader.Shown(word.Name)}", depth);
        }

        var isObject = schema.TryGetProperty("properties"u8, out _)
            || (schema.TryGetProperty("type"u8, out var type) && Names(type).Contains("object"));
        var isClosed = schema.TryGetProperty("additionalProperties"u8, out var others)
            && others.ValueKind == JsonValueKind.False;
        Require(!isObject || isClosed, path, "must have 'additionalProperties': false");
    }

    private void CheckWord(JsonProperty word, string path, int depth)
    {
        var value = word.Value;
        switch (word.Name)
        {
            case "type":
                Require(Names(value) is { Count: > 0 } names && names.All(Types.Contains), path,
                    $"must be of {string.Join(", ", Types)}");
                break;
            case "properties":
                CheckMembers(value, path, depth + 1);
                break;
            case "$defs" or "definitions":
                CheckMembers(value, path, 1);
                break;
            case "items":
                Check(value, path, depth + 1);
                break;
            case "anyOf":
                CheckList(value, path, depth);
                break;
            case "required":
                Require(value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsText), path,
                    "must be an array of names");
                break;
            case "enum":
                Require(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, path, "must be an array");
                break;
            case "$ref":
                Require(IsText(value) && LeadsInside(value.GetString()!), path, "must lead to a place of this schema");
                break;
            case "const":
                break;
            default:
                CheckBound(word, path);
                break;
        }
    }

    private void CheckBound(JsonProperty word, string path)
    {
        var value = word.Value;
        switch (word.Name)
        {
            case "additionalProperties":
                Require(value.ValueKind == JsonValueKind.False, path, "must be false");
                break;
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum":
                Require(value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out _), path,
                    "must be a number");
                break;
            case "multipleOf":
                Require(value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var step) && step > 0, path,
                    "must be a number above 0");
                break;
            case "minLength" or "maxLength" or "minItems" or "maxItems":
                Require(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var most) && most >= 0, path,
                    "must be a whole number, 0 or more");
                break;
            case "pattern":
                Require(IsText(value) && IsPattern(value.GetString()!), path,
                    "must be a regular expression without look-around and back references");
                break;
            default:
                throw Invalid(_field, $"has a strict schema: at {path} stands a word that is not supported in one");
        }
    }

    private void CheckMembers(JsonElement value, string path, int depth)
    {
        Require(value.ValueKind == JsonValueKind.Object, path, "must be an object of schemas");
        foreach (var member in value.EnumerateObject())
        {
            Check(member.Value, $"{path}/{FieldReader.Shown(member.Name)}", depth);
        }
    }

    private void CheckList(JsonElement value, string path, int depth)
    {
        Require(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, path,
            "must be an array of schemas");
        foreach (var (number, one) in value.EnumerateArray().Index())
        {
            Check(one, $"{path}/{number}", depth);
        }
    }

    private bool LeadsInside(string reference)
    {
        if (!reference.StartsWith('#'))
        {
            return false;
        }

        var found = _root;
        return reference.Split('/').Skip(1).All(name =>
            found.ValueKind == JsonValueKind.Object && found.TryGetProperty(name, out found));
    }

    private void Require(bool holds, string path, string what)
    {
        if (!holds)
        {
            throw Invalid(_field, $"has a strict schema: {path} {what}");
        }
    }

    private static List<string> Names(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => [type.GetString()!],
        JsonValueKind.Array => [.. type.EnumerateArray().Select(one => IsText(one) ? one.GetString()! : "")],
        _ => [],
    };

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String;

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
