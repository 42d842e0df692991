using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core;

namespace Gateway.Api.Batches;

/// <summary>What a batch's answered lines used together: OpenAI's members, and ours as in every usage. Lines of all
/// endpoints are added up, whatever they call their members.</summary>
internal sealed class BatchUsage
{
    // An answer may be 64 deep, and stands two deep in its line.
    private static readonly JsonDocumentOptions DeepEnough = new() { MaxDepth = 128 };

    private long _input;
    private long _cached;
    private long _output;
    private long _reasoning;
    private long _nanoUsd;
    private bool _isEstimated;

    /// <summary>Adds a line of the output file; one without usage, such as a moderation's, adds nothing.</summary>
    public void Add(ReadOnlyMemory<byte> line)
    {
        using var document = Parse(line);
        if (document is null || !document.RootElement.TryGetProperty("response"u8, out var response)
            || response.ValueKind != JsonValueKind.Object
            || !response.TryGetProperty("body"u8, out var body) || body.ValueKind != JsonValueKind.Object
            || !body.TryGetProperty("usage"u8, out var usage) || usage.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        // Of messages the input leaves out what was cached; the others' includes it.
        var besides = Number(usage, "cache_read_input_tokens"u8);
        _input += besides + Number(usage, "cache_creation_input_tokens"u8)
            + Number(usage, "prompt_tokens"u8) + Number(usage, "input_tokens"u8);
        _cached += besides + Detail(usage, "prompt_tokens_details"u8, "cached_tokens"u8)
            + Detail(usage, "input_tokens_details"u8, "cached_tokens"u8);
        _output += Number(usage, "completion_tokens"u8) + Number(usage, "output_tokens"u8);
        _reasoning += Detail(usage, "completion_tokens_details"u8, "reasoning_tokens"u8)
            + Detail(usage, "output_tokens_details"u8, "reasoning_tokens"u8);
        _nanoUsd += Number(usage, "cost_nusd"u8);
        _isEstimated |= usage.TryGetProperty("estimated"u8, out var flag) && flag.ValueKind == JsonValueKind.True;
    }

    /// <summary>The sum as a JSON object.</summary>
    public string ToJson()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteNumber("input_tokens"u8, _input);
            writer.WriteStartObject("input_tokens_details"u8);
            writer.WriteNumber("cached_tokens"u8, _cached);
            writer.WriteEndObject();
            writer.WriteNumber("output_tokens"u8, _output);
            writer.WriteStartObject("output_tokens_details"u8);
            writer.WriteNumber("reasoning_tokens"u8, _reasoning);
            writer.WriteEndObject();
            writer.WriteNumber("total_tokens"u8, _input + _output);
            writer.WritePropertyName("cost"u8);
            writer.WriteRawValue(new NanoUsd(_nanoUsd).ToUsd());
            writer.WriteNumber("cost_nusd"u8, _nanoUsd);
            writer.WriteBoolean("estimated"u8, _isEstimated);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    // Null: it cannot be read. Its batch must end all the same, or it would be run for ever.
    private static JsonDocument? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line, DeepEnough);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long Detail(JsonElement usage, ReadOnlySpan<byte> details, ReadOnlySpan<byte> name) =>
        usage.TryGetProperty(details, out var found) && found.ValueKind == JsonValueKind.Object
            ? Number(found, name)
            : 0;

    private static long Number(JsonElement owner, ReadOnlySpan<byte> name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number) ? number : 0;
}
