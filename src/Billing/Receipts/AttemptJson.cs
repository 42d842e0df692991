using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gateway.Billing;

/// <summary>Attempts as a record keeps them and a receipt shows them.</summary>
internal static class AttemptJson
{
    private const string StaticPrefix = "static/";

    // An escape is six bytes for one; names and reasons are short and mostly plain.
    private const int BytesEach = 384;

    internal static string Write(IReadOnlyList<AttemptRecord> attempts)
    {
        var buffer = new ArrayBufferWriter<byte>(BytesEach * (attempts.Count + 1));
        using (var writer = new Utf8JsonWriter(buffer, new() { SkipValidation = true }))
        {
            writer.WriteStartArray();
            for (var i = 0; i < attempts.Count; i++)
            {
                Write(writer, attempts[i]);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, AttemptRecord attempt)
    {
        writer.WriteStartObject();
        writer.WriteString("kind"u8, KindOf(attempt));
        writer.WriteString("upstream"u8, attempt.Upstream);
        Write(writer, "netuid"u8, attempt.NetUid?.Value);
        Write(writer, "uid"u8, attempt.Uid);
        writer.WriteString("hotkey"u8, attempt.Hotkey?.Ss58);
        writer.WriteNumber("out_from"u8, attempt.OutputFrom);
        writer.WriteNumber("out_to"u8, attempt.OutputTo);
        writer.WriteString("outcome"u8, Words.Of(attempt.Outcome));
        writer.WriteString("reason"u8, attempt.Reason);
        Write(writer, "ttft_ms"u8, attempt.TtftMs);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static string KindOf(AttemptRecord attempt) => attempt switch
    {
        { NetUid: not null } => "miner",
        _ when attempt.Upstream.StartsWith(StaticPrefix, StringComparison.Ordinal) => "static",
        _ => "local",
    };
}
