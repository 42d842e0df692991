using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Router;

namespace Gateway.Api.Chat.Shapes;

/// <summary>Reads chat's frames one by one and lets a shape say them in its own words.</summary>
internal abstract class TranslatingPrinter : IAnswerPrinter
{
    /// <summary>Text stays UTF-8; an answer is never inlined into HTML here.</summary>
    public static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _output = new();

    public ReadOnlyMemory<byte> PrintFrames(ReadOnlyMemory<byte> frames)
    {
        _output.ResetWrittenCount();
        while (frames.Length > 0)
        {
            var end = frames.Span.IndexOf("\n\n"u8);
            PrintFrame(frames["data: ".Length..end]);
            frames = frames[(end + 2)..];
        }

        return _output.WrittenMemory;
    }

    public ReadOnlyMemory<byte> PrintWhole(ReadOnlyMemory<byte> body)
    {
        _output.ResetWrittenCount();
        using var document = JsonDocument.Parse(body);
        using var writer = new Utf8JsonWriter(_output, Relaxed);
        PrintAnswer(document.RootElement, writer);
        writer.Flush();
        return _output.WrittenMemory;
    }

    /// <summary>Prints a whole chat completion.</summary>
    protected abstract void PrintAnswer(JsonElement completion, Utf8JsonWriter writer);

    /// <summary>Prints a chunk; the one with an object <c>usage</c> is the last.</summary>
    protected abstract void PrintChunk(JsonElement chunk);

    /// <summary>Prints the error that a stream ends in.</summary>
    protected abstract void PrintError(JsonElement error);

    /// <summary>Prints the end mark.</summary>
    protected virtual void PrintDone()
    {
    }

    /// <summary>Writes an event.</summary>
    /// <param name="name">Its name; null writes none.</param>
    /// <param name="write">Writes its data, one JSON value.</param>
    protected void Send(string? name, Action<Utf8JsonWriter> write)
    {
        if (name is not null)
        {
            _output.Write(Encoding.UTF8.GetBytes($"event: {name}\n"));
        }

        _output.Write("data: "u8);
        using (var writer = new Utf8JsonWriter(_output, Relaxed))
        {
            write(writer);
        }

        _output.Write("\n\n"u8);
    }

    /// <summary>Writes the end mark as chat has it.</summary>
    protected void SendDone() => _output.Write("data: [DONE]\n\n"u8);

    /// <summary>The only choice of an answer or a chunk; undefined when it has none.</summary>
    protected static JsonElement Choice(JsonElement answer) =>
        answer.GetProperty("choices"u8) is var choices && choices.GetArrayLength() > 0 ? choices[0] : default;

    /// <summary>A member's text; null when it is absent, null or empty.</summary>
    protected static string? Text(JsonElement value, ReadOnlySpan<byte> name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            && member.GetString() is { Length: > 0 } text
            ? text
            : null;

    /// <summary>The calls in a message or a delta.</summary>
    protected static IEnumerable<JsonElement> Calls(JsonElement message) =>
        message.TryGetProperty("tool_calls"u8, out var calls) && calls.ValueKind == JsonValueKind.Array
            ? calls.EnumerateArray()
            : [];

    /// <summary>Copies the price of a usage, which every shape carries alike.</summary>
    protected static void WriteCost(Utf8JsonWriter writer, JsonElement usage)
    {
        Copy(writer, usage, "cost"u8);
        Copy(writer, usage, "cost_nusd"u8);
        Copy(writer, usage, "estimated"u8);
        Copy(writer, usage, "cost_details"u8);
    }

    /// <summary>Copies a member where it is there.</summary>
    protected static void Copy(Utf8JsonWriter writer, JsonElement value, ReadOnlySpan<byte> name)
    {
        if (value.TryGetProperty(name, out var member))
        {
            writer.WritePropertyName(name);
            member.WriteTo(writer);
        }
    }

    private void PrintFrame(ReadOnlyMemory<byte> data)
    {
        if (data.Span.SequenceEqual("[DONE]"u8))
        {
            PrintDone();
            return;
        }

        using var document = JsonDocument.Parse(data);
        if (document.RootElement.TryGetProperty("error"u8, out var error))
        {
            PrintError(error);
        }
        else
        {
            PrintChunk(document.RootElement);
        }
    }
}
