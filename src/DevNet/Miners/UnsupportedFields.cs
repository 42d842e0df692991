using System.Text.Json;

namespace Gateway.DevNet.Miners;

/// <summary>The fields of a chat completion that ask for what the engine lacks.</summary>
internal static class UnsupportedFields
{
    private static readonly (string Name, Func<JsonElement, bool> IsHarmless)[] Fields =
    [
        ("tools", IsEmpty),
        ("tool_choice", value => IsText(value, "none") || IsText(value, "auto")),
        ("functions", IsEmpty),
        ("function_call", value => IsText(value, "none") || IsText(value, "auto")),
        ("response_format", value => value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("type", out var type) && IsText(type, "text")),
        ("logprobs", value => value.ValueKind == JsonValueKind.False),
        ("top_logprobs", value => IsNumber(value, 0)),
        ("logit_bias", IsEmpty),
        ("n", value => IsNumber(value, 1)),
        ("modalities", value => value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(modality => IsText(modality, "text"))),
        ("audio", IsEmpty),
        ("web_search_options", IsEmpty),
    ];

    /// <summary>Calls <paramref name="refuse"/> with code, field and message for the first such field.</summary>
    internal static void Check(JsonElement root, Action<string, string?, string> refuse)
    {
        foreach (var (name, isHarmless) in Fields)
        {
            if (ChatRequestReader.Present(root, name) is { } value && !isHarmless(value))
            {
                refuse("unsupported_parameter", name, $"This model does not support {name}.");
            }
        }
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };

    private static bool IsText(JsonElement value, string text) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static bool IsNumber(JsonElement value, int number) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var given) && given == number;
}
