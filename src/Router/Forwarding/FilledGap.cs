using System.Text.Json;

namespace Gateway.Router.Forwarding;

/// <summary>Says what an expert's completions answered as chat would: the text of each choice as its message.</summary>
internal static class FilledGap
{
    /// <param name="json">A completion, or a chunk of one.</param>
    /// <param name="message">What chat calls the text's place: <c>message</c> or <c>delta</c>.</param>
    /// <exception cref="JsonException">It is malformed.</exception>
    internal static byte[] ToChat(ReadOnlySpan<byte> json, string message)
    {
        using var document = JsonDocument.Parse(json.ToArray());
        using var output = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(output, ChunkFrames.WriterOptions))
        {
            Write(document.RootElement, message, writer);
        }

        return output.Written.ToArray();
    }

    private static void Write(JsonElement root, string message, Utf8JsonWriter writer)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            root.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in root.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            if (member.NameEquals("choices"u8) && member.Value.ValueKind == JsonValueKind.Array)
            {
                WriteChoices(member.Value, message, writer);
            }
            else
            {
                member.Value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteChoices(JsonElement choices, string message, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var choice in choices.EnumerateArray())
        {
            if (choice.ValueKind == JsonValueKind.Object)
            {
                WriteChoice(choice, message, writer);
            }
            else
            {
                choice.WriteTo(writer);
            }
        }

        writer.WriteEndArray();
    }

    // A text that is no string makes no message, and a choice without one is no answer.
    private static void WriteChoice(JsonElement choice, string message, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var member in choice.EnumerateObject())
        {
            if (member.NameEquals("index"u8) || member.NameEquals("finish_reason"u8))
            {
                member.WriteTo(writer);
            }
            else if (member.NameEquals("text"u8) && member.Value.ValueKind == JsonValueKind.String)
            {
                writer.WriteStartObject(message);
                writer.WriteString("content"u8, member.Value.GetString());
                writer.WriteEndObject();
            }
        }

        writer.WriteEndObject();
    }
}
