using System.Text.Json.Nodes;

namespace Gateway.Testing.Fuzz;

/// <summary>Makes bodies that a schema allows, or nearly: the endpoints nobody wrote an example for are reached by
/// these.</summary>
internal sealed class SchemaSampler(JsonObject schemas)
{
    private const int MaxDepth = 8;

    private static readonly string[] Words =
        ["x", "P", "reader", "member", "gw", "scripted", "2026-03-01", "https://example.org/", "owner"];

    internal JsonNode? Sample(string name, Dice dice) => Sample(schemas[name], dice, 0);

    private JsonNode? Sample(JsonNode? schema, Dice dice, int depth)
    {
        if (schema is not JsonObject known || depth > MaxDepth)
        {
            return null;
        }

        if ((string?)known["$ref"] is { } reference)
        {
            return Sample(schemas[reference[(reference.LastIndexOf('/') + 1)..]], dice, depth + 1);
        }

        if (known["const"] is { } constant)
        {
            return constant.DeepClone();
        }

        if ((known["enum"] ?? known["oneOf"] ?? known["anyOf"]) is JsonArray choices)
        {
            var choice = choices[dice.Below(choices.Count)];
            return known["enum"] is null ? Sample(choice, dice, depth + 1) : choice?.DeepClone();
        }

        return OfType(TypeOf(known["type"], dice), known, dice, depth);
    }

    private static string TypeOf(JsonNode? type, Dice dice) => type switch
    {
        JsonArray several => (string)several[dice.Below(several.Count)]!,
        null => "object",
        _ => (string)type!,
    };

    private JsonNode? OfType(string type, JsonObject schema, Dice dice, int depth) => type switch
    {
        "string" => dice.Pick(Words),
        "integer" => Integer(schema, dice),
        "number" => dice.Below(100) / 10.0,
        "boolean" => dice.OneIn(2),
        "array" => new JsonArray(
            [.. Enumerable.Range(0, dice.Below(3)).Select(_ => Sample(schema["items"], dice, depth + 1))]),
        "object" => Object(schema, dice, depth),
        _ => null,
    };

    private static JsonNode Integer(JsonObject schema, Dice dice) =>
        (long)((double?)schema["minimum"] ?? 0) + dice.Below(1000);

    private JsonObject Object(JsonObject schema, Dice dice, int depth)
    {
        var required = (schema["required"]?.AsArray() ?? []).Select(name => (string)name!).ToHashSet();
        var made = new JsonObject();
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
        {
            if (required.Contains(name) || dice.OneIn(3))
            {
                made[name] = Sample(member, dice, depth + 1);
            }
        }

        return made;
    }
}
