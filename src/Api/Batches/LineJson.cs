using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Api.Batches;

/// <summary>What became of a line, as a line of the output or the error file in OpenAI's shape.</summary>
internal static class LineJson
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Of a line that was answered, be it by a refusal.</summary>
    public static byte[] Answered(LineName name, int status, string request, ReadOnlyMemory<byte> body) =>
        Write(name, writer =>
        {
            writer.WriteStartObject("response"u8);
            writer.WriteNumber("status_code"u8, status);
            writer.WriteString("request_id"u8, request);
            writer.WritePropertyName("body"u8);
            using var parsed = JsonDocument.Parse(body);
            parsed.RootElement.WriteTo(writer);
            writer.WriteEndObject();
            writer.WriteNull("error"u8);
        });

    /// <summary>Of a line that was not run.</summary>
    public static byte[] NotRun(LineName name, string code, string message) => Write(name, writer =>
    {
        writer.WriteNull("response"u8);
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, code);
        writer.WriteString("message"u8, message);
        writer.WriteEndObject();
    });

    private static byte[] Write(LineName name, Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, Relaxed))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, name.ToString());
            writer.WriteString("custom_id"u8, name.CustomId);
            write(writer);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }
}

/// <summary>Which line of which batch.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="N">The line, from 0.</param>
/// <param name="CustomId">Its maker's name for it.</param>
internal readonly record struct LineName(Guid Batch, int N, string CustomId)
{
    /// <summary>Under which the books charge it once.</summary>
    public string IdempotencyKey => $"{BatchJson.IdOf(Batch)}:{N.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    public override string ToString() => $"batch_req_{Batch:N}_{N.ToString(CultureInfo.InvariantCulture)}";
}
