using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gateway.Billing;

/// <summary>Attempts as a record keeps them and a receipt shows them. One writer serves the records of a run, one after
/// the other.</summary>
internal sealed class AttemptJson : IDisposable
{
    private const string StaticPrefix = "static/";

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _writer;

    internal AttemptJson() => _writer = new(_buffer, new() { SkipValidation = true });

    public void Dispose() => _writer.Dispose();

    internal string Write(IReadOnlyList<AttemptRecord> attempts)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartArray();
        for (var i = 0; i < attempts.Count; i++)
        {
            Write(_writer, attempts[i]);
        }

        _writer.WriteEndArray();
        _writer.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
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
        if (attempt.Line > 0)
        {
            // Of the first call, or the only one, it goes without saying.
            writer.WriteNumber("line"u8, attempt.Line);
        }

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
