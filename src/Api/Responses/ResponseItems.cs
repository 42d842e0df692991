using System.Buffers;
using System.Text.Json;
using Gateway.Api.Chat.Shapes;

namespace Gateway.Api.Responses;

/// <summary>Items as they are stored: a text is a message, and each has an id of its own.</summary>
internal static class ResponseItems
{
    /// <summary>A request's input as an array of items; each without an id gets one.</summary>
    public static byte[] OfInput(Guid request, JsonElement input)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, TranslatingPrinter.Relaxed);
        writer.WriteStartArray();
        if (input.ValueKind == JsonValueKind.String)
        {
            WriteText(writer, IdOf(request, 0), input);
        }
        else
        {
            var index = 0;
            foreach (var item in input.EnumerateArray())
            {
                WriteItem(writer, IdOf(request, index++), item);
            }
        }

        writer.WriteEndArray();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static string IdOf(Guid request, int index) =>
        FormattableString.Invariant($"item_{request:N}_{index}");

    private static void WriteText(Utf8JsonWriter writer, string id, JsonElement text)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, "user"u8);
        writer.WriteString("status"u8, "completed"u8);
        writer.WriteStartArray("content"u8);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "input_text"u8);
        writer.WritePropertyName("text"u8);
        text.WriteTo(writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteItem(Utf8JsonWriter writer, string id, JsonElement item)
    {
        writer.WriteStartObject();
        if (!item.TryGetProperty("id"u8, out _))
        {
            writer.WriteString("id"u8, id);
        }

        if (!item.TryGetProperty("type"u8, out _))
        {
            writer.WriteString("type"u8, "message"u8);
        }

        foreach (var member in item.EnumerateObject())
        {
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
