using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Api.Hosting;

namespace Gateway.Api.Wiring.Tongues;

/// <summary>Makes a Synapse of a chat request.</summary>
internal static class SynapseWriter
{
    private const string HeaderPrefix = "bt_header_input_obj_";

    /// <summary>The Synapse as JSON, and the headers by which an axon makes an empty one before it reads the body
    /// (opentensor/bittensor, core/synapse.py, to_headers).</summary>
    /// <param name="policy">What it holds. A field whose source the request lacks is left out; one that is hashed is
    /// null then.</param>
    /// <param name="chat">The request as OpenAI's API has it, checked at the edge.</param>
    /// <exception cref="HttpRequestException">A message has a part that is no text.</exception>
    public static (byte[] Body, List<KeyValuePair<string, string>> Headers) Write(
        SynapsePolicy policy, ReadOnlyMemory<byte> chat)
    {
        using var document = JsonDocument.Parse(chat);
        var root = document.RootElement;
        var output = new ArrayBufferWriter<byte>();
        var headers = new List<KeyValuePair<string, string>>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            foreach (var field in policy.Fields)
            {
                if (ValueOf(field, root) is { } json)
                {
                    writer.WritePropertyName(field.Name);
                    writer.WriteRawValue(json);
                    headers.Add(new(HeaderPrefix + field.Name, EmptyOf(json)));
                }
                else if (policy.Hashed.Contains(field.Name))
                {
                    writer.WriteNull(field.Name);
                }
            }

            writer.WriteEndObject();
        }

        return (output.WrittenSpan.ToArray(), headers);
    }

    private static string? ValueOf(SynapseField field, JsonElement root) => field.Constant ?? field.Source switch
    {
        "roles" => ListOf(Messages(root).Select(message => message.GetProperty("role"u8).GetString() ?? "")),
        "contents" => ListOf(Messages(root).Select(TextOf)),
        "prompt" => JsonSerializer.Serialize(Messages(root).Select(TextOf).LastOrDefault("")),
        _ => root.TryGetProperty(field.Source, out var member) ? member.GetRawText() : null,
    };

    private static JsonElement.ArrayEnumerator Messages(JsonElement root) =>
        root.GetProperty("messages"u8).EnumerateArray();

    private static string ListOf(IEnumerable<string> texts) => JsonSerializer.Serialize(texts);

    private static string TextOf(JsonElement message)
    {
        if (!message.TryGetProperty("content"u8, out var content) || content.ValueKind == JsonValueKind.Null)
        {
            return "";
        }

        return content.ValueKind == JsonValueKind.String
            ? content.GetString()!
            : string.Concat(content.EnumerateArray().Select(part =>
                part.TryGetProperty("text"u8, out var text) && text.ValueKind == JsonValueKind.String
                    ? text.GetString()
                    : throw new HttpRequestException("A message has a part that is no text.")));
    }

    // What Python's constructor of the same type makes without an argument.
    private static string EmptyOf(string json)
    {
        var empty = json[0] switch
        {
            '"' => "\"\"",
            '[' => "[]",
            '{' => "{}",
            't' or 'f' => "false",
            'n' => "null",
            _ => json.AsSpan().ContainsAny('.', 'e', 'E') ? "0.0" : "0",
        };
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(empty));
    }
}
