using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.OpenApi;

/// <summary>Holds JSON to a schema of the document: the part of JSON Schema 2020-12 that the document uses, and an
/// error for any other part.</summary>
internal sealed class SchemaCheck(JsonObject document)
{
    private static readonly HashSet<string> Known =
    [
        "type", "required", "properties", "additionalProperties", "items", "enum", "const", "oneOf", "$ref",
        "description", "format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
    ];

    /// <summary>Every place where a value is not what its schema says.</summary>
    public IEnumerable<string> Problems(JsonNode? schema, JsonNode? value, string path = "$")
    {
        var rules = schema!.AsObject();
        if ((string?)rules["$ref"] is { } reference)
        {
            return Problems(document["components"]!["schemas"]![reference.Split('/')[^1]], value, path);
        }

        var unknown = rules.Select(rule => rule.Key).Where(key => !Known.Contains(key)).ToList();
        return unknown.Count > 0
            ? [$"{path}: the schema says {string.Join(", ", unknown)}, which this check does not know"]
            : Simple(rules, value, path).Concat(Inner(rules, value, path));
    }

    private IEnumerable<string> Simple(JsonObject rules, JsonNode? value, string path)
    {
        if (rules["type"] is { } type && !Types(type).Any(name => IsOf(name, value)))
        {
            yield return $"{path}: {Shown(value)} is no {type.ToJsonString()}";
        }

        if (rules["const"] is { } only && !JsonNode.DeepEquals(only, value))
        {
            yield return $"{path}: {Shown(value)} is not {only.ToJsonString()}";
        }

        if (rules["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
        {
            yield return $"{path}: {Shown(value)} is none of {words.ToJsonString()}";
        }

        if (rules["oneOf"] is JsonArray choices && choices.Count(choice => !Problems(choice, value, path).Any()) != 1)
        {
            yield return $"{path}: {Shown(value)} is not exactly one of {choices.ToJsonString()}";
        }
    }

    private IEnumerable<string> Inner(JsonObject rules, JsonNode? value, string path) => value switch
    {
        JsonObject members => Members(rules, members, path),
        JsonArray items when rules["items"] is { } each =>
            items.SelectMany((item, i) => Problems(each, item, $"{path}[{i}]")),
        _ => [],
    };

    private IEnumerable<string> Members(JsonObject rules, JsonObject value, string path)
    {
        foreach (var name in rules["required"]?.AsArray().Select(name => (string)name!) ?? [])
        {
            if (!value.ContainsKey(name))
            {
                yield return $"{path}.{name} is missing";
            }
        }

        foreach (var (name, member) in value)
        {
            if (rules["properties"]?[name] is { } schema)
            {
                foreach (var problem in Problems(schema, member, $"{path}.{name}"))
                {
                    yield return problem;
                }
            }
            else if (rules["additionalProperties"]?.GetValueKind() == JsonValueKind.False)
            {
                yield return $"{path}.{name} is not in the schema";
            }
        }
    }

    private static IEnumerable<string> Types(JsonNode type) =>
        type is JsonArray several ? several.Select(name => (string)name!) : [(string)type!];

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => value is JsonValue number && number.TryGetValue<long>(out _),
        _ => false,
    };

    private static string Shown(JsonNode? value) => value?.ToJsonString() ?? "null";
}
