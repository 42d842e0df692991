using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.Router.Combining;

/// <summary>Holds JSON against a schema: the words of JSON Schema 2020-12 that OpenAI's structured outputs have, and
/// the usual bounds. A word it does not know, or cannot read, forbids nothing. One check, one thread.</summary>
internal sealed class SchemaFit(JsonElement root)
{
    private const int MaxDepth = 64;

    // Schemas that refer to themselves can ask for any number of comparisons.
    private const int MostSteps = 1_000_000;

    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    private int _steps;

    /// <summary>Whether a value is valid; a check that takes too many steps has not shown it.</summary>
    internal bool Fits(JsonElement value)
    {
        _steps = 0;
        return Fits(root, value, MaxDepth);
    }

    private bool Fits(JsonElement schema, JsonElement value, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return schema.ValueKind != JsonValueKind.False;
        }

        return depth > 0 && ++_steps < MostSteps
            && schema.EnumerateObject().All(word => Holds(schema, word, value, depth - 1));
    }

    private bool Holds(JsonElement schema, JsonProperty word, JsonElement value, int depth)
    {
        try
        {
            return HoldsWord(schema, word, value, depth);
        }
        catch (Exception exception) when (
            exception is InvalidOperationException or FormatException or ArgumentException or NotSupportedException)
        {
            // A word with a value that is none. Strict schemas are checked for such before.
            return true;
        }
    }

    private bool HoldsWord(JsonElement schema, JsonProperty word, JsonElement value, int depth) => word.Name switch
    {
        "$ref" => Resolve(word.Value.GetString()) is { } found && Fits(found, value, depth),
        "type" => IsOfType(word.Value, value),
        "const" => JsonElement.DeepEquals(word.Value, value),
        "enum" => word.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
        "anyOf" => word.Value.EnumerateArray().Any(one => Fits(one, value, depth)),
        "oneOf" => word.Value.EnumerateArray().Count(one => Fits(one, value, depth)) == 1,
        "allOf" => word.Value.EnumerateArray().All(one => Fits(one, value, depth)),
        "not" => !Fits(word.Value, value, depth),
        _ => value.ValueKind switch
        {
            JsonValueKind.Object => HoldsOfObject(schema, word, value, depth),
            JsonValueKind.Array => HoldsOfArray(word, value, depth),
            JsonValueKind.String => HoldsOfText(word, value),
            JsonValueKind.Number => HoldsOfNumber(word, value),
            _ => true,
        },
    };

    private bool HoldsOfObject(JsonElement schema, JsonProperty word, JsonElement value, int depth) => word.Name switch
    {
        "required" => word.Value.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
        "properties" => word.Value.EnumerateObject().All(member =>
            !value.TryGetProperty(member.Name, out var found) || Fits(member.Value, found, depth)),
        "additionalProperties" => value.EnumerateObject().All(member =>
            IsNamed(schema, member.Name) || Fits(word.Value, member.Value, depth)),
        _ => true,
    };

    private bool HoldsOfArray(JsonProperty word, JsonElement value, int depth) => word.Name == "items"
        ? value.EnumerateArray().All(item => Fits(word.Value, item, depth))
        : HoldsOfLength(word, "minItems", "maxItems", value.GetArrayLength());

    private static bool HoldsOfLength(JsonProperty word, string least, string most, int length) =>
        (word.Name != least || length >= word.Value.GetDouble())
        && (word.Name != most || length <= word.Value.GetDouble());

    // In time linear in the text, whatever the pattern; found anywhere in it, as JSON Schema has it.
    private static bool HoldsOfText(JsonProperty word, JsonElement value)
    {
        try
        {
            return word.Name == "pattern"
                ? Regex.IsMatch(
                    value.GetString()!, word.Value.GetString()!,
                    RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTime)
                : HoldsOfLength(word, "minLength", "maxLength", LengthOf(value));
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool HoldsOfNumber(JsonProperty word, JsonElement value) => word.Name switch
    {
        "minimum" => value.GetDouble() >= word.Value.GetDouble(),
        "maximum" => value.GetDouble() <= word.Value.GetDouble(),
        "exclusiveMinimum" => value.GetDouble() > word.Value.GetDouble(),
        "exclusiveMaximum" => value.GetDouble() < word.Value.GetDouble(),
        "multipleOf" => value.TryGetDecimal(out var number) && number % word.Value.GetDecimal() == 0,
        _ => true,
    };

    private static bool IsOfType(JsonElement types, JsonElement value) => types.ValueKind == JsonValueKind.Array
        ? types.EnumerateArray().Any(type => IsOfType(type, value))
        : types.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
            _ => true,
        };

    private static bool IsNamed(JsonElement schema, string name) =>
        schema.TryGetProperty("properties"u8, out var named) && named.TryGetProperty(name, out _);

    // A length of JSON Schema counts characters, not halves of them.
    private static int LengthOf(JsonElement text) => text.GetString()!.EnumerateRunes().Count();

    // Within the schema itself: "#", or "#/$defs/name".
    private JsonElement? Resolve(string? reference)
    {
        var found = root;
        foreach (var name in (reference ?? "").Split('/').Skip(1))
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
            {
                return null;
            }
        }

        return found;
    }
}
