using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core;

namespace Gateway.DevNet.Miners;

/// <summary>OpenAI's JSON objects as bytes. One for each answer; not safe for concurrent use.</summary>
internal sealed class ChatWriter(string id, ModelId model, DateTimeOffset created)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new(512);

    internal static ReadOnlyMemory<byte> Refusal(ChatRefusal refusal) => Write(new ArrayBufferWriter<byte>(256), json =>
    {
        json.WriteStartObject("error");
        json.WriteString("message", refusal.Message);
        json.WriteString("type", refusal.Status < 500 ? "invalid_request_error" : "server_error");
        json.WriteString("param", refusal.Param);
        json.WriteString("code", refusal.Code);
        json.WriteEndObject();
    });

    internal static ReadOnlyMemory<byte> Models(IReadOnlyList<ModelId> models) =>
        Write(new ArrayBufferWriter<byte>(256), json =>
        {
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (var model in models)
            {
                json.WriteStartObject();
                json.WriteString("id", model.Value);
                json.WriteString("object", "model");
                json.WriteNumber("created", 0);
                json.WriteString("owned_by", "devnet-simulator");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    /// <summary>A whole answer.</summary>
    internal ReadOnlyMemory<byte> Completion(Script script, TokenCounts usage) => Next("chat.completion", json =>
    {
        StartChoice(json);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", string.Concat(script.Tokens));
        json.WriteEndObject();
        EndChoice(json, script.FinishReason);
        WriteUsage(json, usage);
    });

    /// <summary>A chunk of a stream. Valid until the next call, as every result of this writer.</summary>
    /// <param name="role">Set on the first chunk.</param>
    /// <param name="text">The next token; null for none.</param>
    /// <param name="finishReason">Set on the last chunk with a choice.</param>
    /// <param name="usage">Null writes <c>"usage":null</c>, as OpenAI does on a stream that ends with usage.</param>
    /// <param name="hasUsage">Whether there is such a member at all.</param>
    internal ReadOnlyMemory<byte> Chunk(
        string? role, string? text, string? finishReason, TokenCounts? usage, bool hasUsage) =>
        Next("chat.completion.chunk", json =>
        {
            StartChoice(json);
            json.WriteStartObject("delta");
            WriteIfAny(json, "role", role);
            WriteIfAny(json, "content", text);
            json.WriteEndObject();
            EndChoice(json, finishReason);
            if (hasUsage)
            {
                WriteUsage(json, usage);
            }
        });

    /// <summary>The chunk behind the last choice.</summary>
    internal ReadOnlyMemory<byte> UsageChunk(TokenCounts usage) => Next("chat.completion.chunk", json =>
    {
        json.WriteStartArray("choices");
        json.WriteEndArray();
        WriteUsage(json, usage);
    });

    private static void StartChoice(Utf8JsonWriter json)
    {
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
    }

    private static void EndChoice(Utf8JsonWriter json, string? finishReason)
    {
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", finishReason);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteUsage(Utf8JsonWriter json, TokenCounts? usage)
    {
        if (usage is not { } counts)
        {
            json.WriteNull("usage");
            return;
        }

        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", counts.Prompt);
        json.WriteNumber("completion_tokens", counts.Completion);
        json.WriteNumber("total_tokens", counts.Prompt + counts.Completion);
        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Write(ArrayBufferWriter<byte> buffer, Action<Utf8JsonWriter> body)
    {
        using var json = new Utf8JsonWriter(buffer, Relaxed);
        json.WriteStartObject();
        body(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Next(string kind, Action<Utf8JsonWriter> body)
    {
        _buffer.ResetWrittenCount();
        return Write(_buffer, json =>
        {
            json.WriteString("id", id);
            json.WriteString("object", kind);
            json.WriteNumber("created", created.ToUnixTimeSeconds());
            json.WriteString("model", model.Value);
            body(json);
        });
    }
}

/// <summary>Tokens as a miner reports them.</summary>
internal readonly record struct TokenCounts(long Prompt, long Completion);
