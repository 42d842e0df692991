using System.Buffers;
using System.Text.Json;
using Gateway.Router.Forwarding;

namespace Gateway.Router.Combining;

/// <summary>Choices as JSON, written by <see cref="WholeAnswer"/>, put together or turned into a chunk.</summary>
internal static class ChoicesText
{
    /// <summary>One array of all choices, numbered anew.</summary>
    internal static byte[] Join(IEnumerable<ReadOnlyMemory<byte>> arrays)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, ChunkFrames.WriterOptions))
        {
            var number = 0;
            writer.WriteStartArray();
            foreach (var array in arrays)
            {
                using var document = JsonDocument.Parse(array);
                foreach (var choice in InOrder(document.RootElement))
                {
                    WriteChoice(writer, choice, number++, "message");
                }
            }

            writer.WriteEndArray();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>A chunk that has all of all choices.</summary>
    internal static byte[] ChunkOf(ReadOnlyMemory<byte> array)
    {
        using var document = JsonDocument.Parse(array);
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, ChunkFrames.WriterOptions))
        {
            var number = 0;
            writer.WriteStartObject();
            writer.WriteStartArray("choices"u8);
            foreach (var choice in document.RootElement.EnumerateArray())
            {
                WriteChoice(writer, choice, number++, "delta");
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Whether every choice that ended by itself is text that passes a check. What was cut short, refused, or
    /// is a function call has no form to hold.</summary>
    internal static bool AllPass(ReadOnlyMemory<byte> array, Func<string, bool> check)
    {
        using var document = JsonDocument.Parse(array);
        return document.RootElement.EnumerateArray().All(choice => Passes(choice, check));
    }

    private static bool Passes(JsonElement choice, Func<string, bool> check)
    {
        var message = choice.GetProperty("message"u8);
        var isOther = !choice.GetProperty("finish_reason"u8).ValueEquals("stop"u8)
            || Has(message, "refusal"u8) || Has(message, "tool_calls"u8) || Has(message, "function_call"u8);
        return isOther
            || (message.TryGetProperty("content"u8, out var content) && content.ValueKind == JsonValueKind.String
                && check(content.GetString()!));
    }

    private static bool Has(JsonElement message, ReadOnlySpan<byte> name) =>
        message.TryGetProperty(name, out var value) && value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Length > 0,
            JsonValueKind.Array => value.GetArrayLength() > 0,
            JsonValueKind.Object => true,
            _ => false,
        };

    // A stream numbers function calls, a whole answer has them in order.
    private static void WriteMembers(Utf8JsonWriter writer, JsonElement message, bool numbersCalls)
    {
        foreach (var member in message.EnumerateObject())
        {
            if (!numbersCalls || !member.NameEquals("tool_calls"u8) || member.Value.ValueKind != JsonValueKind.Array)
            {
                member.WriteTo(writer);
                continue;
            }

            writer.WriteStartArray("tool_calls"u8);
            foreach (var (number, call) in member.Value.EnumerateArray().Index())
            {
                writer.WriteStartObject();
                writer.WriteNumber("index"u8, number);
                foreach (var part in call.EnumerateObject().Where(static part => !part.NameEquals("index"u8)))
                {
                    part.WriteTo(writer);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
    }

    private static IEnumerable<JsonElement> InOrder(JsonElement choices) =>
        choices.EnumerateArray().OrderBy(static choice => choice.GetProperty("index"u8).GetInt32());

    private static void WriteChoice(Utf8JsonWriter writer, JsonElement choice, int number, string message)
    {
        writer.WriteStartObject();
        foreach (var member in choice.EnumerateObject())
        {
            if (member.NameEquals("index"u8))
            {
                writer.WriteNumber("index"u8, number);
            }
            else if (member.NameEquals("message"u8))
            {
                writer.WriteStartObject(message);
                WriteMembers(writer, member.Value, numbersCalls: message == "delta");
                writer.WriteEndObject();
            }
            else
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }
}
