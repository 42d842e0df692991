using System.Text.Json;

namespace Gateway.Api.Responses;

/// <summary>What a response repeats of its request, as raw JSON.</summary>
internal sealed class ResponseEcho
{
    // In the order of the published type; the value stands where the request has none.
    private static readonly (string Name, string Default)[] Members =
    [
        ("instructions", "null"), ("max_output_tokens", "null"), ("metadata", "{}"), ("parallel_tool_calls", "true"),
        ("reasoning", """{"effort":null,"summary":null}"""), ("temperature", "null"),
        ("text", """{"format":{"type":"text"}}"""), ("tool_choice", "\"auto\""), ("tools", "[]"),
        ("top_logprobs", "0"), ("top_p", "null"), ("truncation", "\"disabled\""),
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Takes a member that is repeated; others are left alone.</summary>
    public void Take(string name, JsonElement value)
    {
        if (Array.Exists(Members, member => member.Name == name))
        {
            _values[name] = value.GetRawText();
        }
    }

    public void Write(Utf8JsonWriter writer)
    {
        foreach (var (name, usual) in Members)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(_values.GetValueOrDefault(name, usual), skipInputValidation: true);
        }
    }
}
