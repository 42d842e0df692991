using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Gateway.Api.Wiring.Tongues;

/// <summary>A text as OpenAI's API answers it: whole, or as the frames of a stream.</summary>
internal static class ChatForm
{
    /// <summary>The frame that ends a stream.</summary>
    public static ReadOnlySpan<byte> Done => "data: [DONE]\n\n"u8;

    /// <summary>A whole answer.</summary>
    public static byte[] Whole(string text) => Write(static (writer, text) =>
    {
        writer.WriteString("object"u8, "chat.completion"u8);
        WriteChoice(writer, "message"u8, text, "stop");
    }, text);

    /// <summary>A piece of a stream; null for the one that says it is finished.</summary>
    public static byte[] Frame(string? text) =>
    [
        .. "data: "u8,
        .. Write(static (writer, text) =>
        {
            writer.WriteString("object"u8, "chat.completion.chunk"u8);
            WriteChoice(writer, "delta"u8, text, text is null ? "stop" : null);
        }, text),
        .. "\n\n"u8,
    ];

    /// <summary>An answer with this content.</summary>
    public static HttpResponseMessage Answer(HttpContent content, bool streams)
    {
        content.Headers.TryAddWithoutValidation("Content-Type", streams ? "text/event-stream" : "application/json");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private static byte[] Write(Action<Utf8JsonWriter, string?> members, string? text)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            members(writer, text);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteChoice(Utf8JsonWriter writer, ReadOnlySpan<byte> part, string? text, string? finish)
    {
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, 0);
        writer.WriteStartObject(part);
        if (text is not null)
        {
            writer.WriteString("role"u8, "assistant"u8);
            writer.WriteString("content"u8, text);
        }

        writer.WriteEndObject();
        writer.WriteString("finish_reason"u8, finish);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
