using System.Text.Json;
using Gateway.Api.Chat.Shapes;
using Gateway.Core;

namespace Gateway.Api.Messages;

/// <summary>Prints answers as messages made of blocks, with Anthropic's named events on a stream. An expert reports its
/// prompt's tokens at the end, so <c>message_start</c> has none yet and <c>message_delta</c> has them all.</summary>
internal sealed class MessagesPrinter(RequestId request) : TranslatingPrinter
{
    private readonly List<Open> _blocks = [];
    private bool _isStarted;
    private bool _isRefused;
    private string _reason = "end_turn";
    private string? _stop;

    protected override void PrintAnswer(JsonElement completion, Utf8JsonWriter writer)
    {
        var choice = Choice(completion);
        var message = choice.GetProperty("message"u8);
        _isRefused = Text(message, "refusal"u8) is not null;
        writer.WriteStartObject();
        WriteHead(writer, completion);
        writer.WriteStartArray("content"u8);
        WriteContent(writer, message);
        writer.WriteEndArray();
        _stop = Text(choice, "stop_sequence"u8);
        writer.WriteString("stop_reason"u8, ReasonOf(Text(choice, "finish_reason"u8)));
        writer.WriteString("stop_sequence"u8, _stop);
        writer.WritePropertyName("usage"u8);
        WriteUsage(writer, completion.GetProperty("usage"u8));
        Copy(writer, completion, "x_gateway"u8);
        writer.WriteEndObject();
    }

    protected override void PrintChunk(JsonElement chunk)
    {
        Start(chunk);
        if (Choice(chunk) is { ValueKind: JsonValueKind.Object } choice)
        {
            PrintDelta(choice.GetProperty("delta"u8));
            if (Text(choice, "finish_reason"u8) is { } reason)
            {
                _stop = Text(choice, "stop_sequence"u8);
                _reason = ReasonOf(reason);
                StopFrom(0);
            }
        }

        if (chunk.TryGetProperty("usage"u8, out var usage) && usage.ValueKind == JsonValueKind.Object)
        {
            End(chunk, usage);
        }
    }

    protected override void PrintError(JsonElement error) => Send("error", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "error"u8);
        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, Text(error, "code"u8) switch
        {
            "upstream_timeout" => "timeout_error",
            "draining" or "billing_unavailable" => "overloaded_error",
            _ => "api_error",
        });
        Copy(writer, error, "message"u8);
        Copy(writer, error, "code"u8);
        Copy(writer, error, "details"u8);
        writer.WriteEndObject();
        writer.WriteString("request_id"u8, request.ToString());
        writer.WriteEndObject();
    });

    private static void WriteContent(Utf8JsonWriter writer, JsonElement message)
    {
        if (Text(message, "reasoning_content"u8) is { } thinking)
        {
            WriteBlock(writer, "thinking", thinking);
        }

        if ((Text(message, "content"u8) ?? Text(message, "refusal"u8)) is { } text)
        {
            WriteBlock(writer, "text", text);
        }

        foreach (var call in Calls(message))
        {
            var function = call.GetProperty("function"u8);
            WriteCall(writer, Text(call, "id"u8) ?? "", Text(function, "name"u8) ?? "", Text(function, "arguments"u8));
        }
    }

    private static void WriteBlock(Utf8JsonWriter writer, string kind, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, kind);
        writer.WriteString(kind, text);
        if (kind == "thinking")
        {
            // Nobody here signs thoughts; the member must be there.
            writer.WriteString("signature"u8, ""u8);
        }

        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, string id, string name, string? arguments)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_use"u8);
        writer.WriteString("id"u8, id);
        writer.WriteString("name"u8, name);
        writer.WritePropertyName("input"u8);
        WriteInput(writer, arguments);
        writer.WriteEndObject();
    }

    // The shape has an object here. What an expert wrote and is none is shown as it is.
    private static void WriteInput(Utf8JsonWriter writer, string? arguments)
    {
        try
        {
            using var input = JsonDocument.Parse(arguments ?? "{}");
            if (input.RootElement.ValueKind == JsonValueKind.Object)
            {
                input.RootElement.WriteTo(writer);
                return;
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        writer.WriteStartObject();
        writer.WriteString("invalid_json"u8, arguments);
        writer.WriteEndObject();
    }

    private void WriteHead(Utf8JsonWriter writer, JsonElement answer)
    {
        writer.WriteString("id"u8, $"msg_{request.Value:N}");
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        Copy(writer, answer, "model"u8);
    }

    private void Start(JsonElement chunk)
    {
        if (_isStarted)
        {
            return;
        }

        _isStarted = true;
        Send("message_start", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "message_start"u8);
            writer.WriteStartObject("message"u8);
            WriteHead(writer, chunk);
            writer.WriteStartArray("content"u8);
            writer.WriteEndArray();
            writer.WriteNull("stop_reason"u8);
            writer.WriteNull("stop_sequence"u8);
            writer.WriteStartObject("usage"u8);
            writer.WriteNumber("input_tokens"u8, 0);
            writer.WriteNumber("output_tokens"u8, 0);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private void PrintDelta(JsonElement delta)
    {
        if (Text(delta, "reasoning_content"u8) is { } thinking)
        {
            SendPiece(BlockOf("thinking", -1, _ => { }), "thinking_delta", "thinking", thinking);
        }

        _isRefused |= Text(delta, "refusal"u8) is not null;
        if ((Text(delta, "content"u8) ?? Text(delta, "refusal"u8)) is { } text)
        {
            SendPiece(BlockOf("text", -1, _ => { }), "text_delta", "text", text);
        }

        foreach (var call in Calls(delta))
        {
            PrintCall(call);
        }
    }

    private void PrintCall(JsonElement call)
    {
        var number = call.TryGetProperty("index"u8, out var index) && index.TryGetInt32(out var known) ? known : 0;
        var function = call.TryGetProperty("function"u8, out var named) ? named : default;
        var isObject = function.ValueKind == JsonValueKind.Object;
        var block = BlockOf("tool_use", number, writer =>
        {
            writer.WriteString("id"u8, Text(call, "id"u8) ?? $"call_{request.Value:N}_{number}");
            writer.WriteString("name"u8, isObject ? Text(function, "name"u8) ?? "" : "");
            writer.WriteStartObject("input"u8);
            writer.WriteEndObject();
        });
        if (isObject && Text(function, "arguments"u8) is { } arguments)
        {
            SendPiece(block, "input_json_delta", "partial_json", arguments);
        }
    }

    // Blocks follow one another; only pieces of several calls may come by turns, and each says to which it belongs.
    private int BlockOf(string kind, int call, Action<Utf8JsonWriter> writeCall)
    {
        var index = kind == "tool_use"
            ? _blocks.FindLastIndex(block => block.Kind == kind && block.Call == call)
            : _blocks.Count - 1;
        if (index >= 0 && _blocks[index].Kind == kind && !_blocks[index].IsStopped)
        {
            return index;
        }

        if (_blocks.Count > 0 && _blocks[^1].Kind != "tool_use")
        {
            StopFrom(_blocks.Count - 1);
        }

        _blocks.Add(new(kind, call));
        index = _blocks.Count - 1;
        Send("content_block_start", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "content_block_start"u8);
            writer.WriteNumber("index"u8, index);
            writer.WritePropertyName("content_block"u8);
            if (kind == "tool_use")
            {
                writer.WriteStartObject();
                writer.WriteString("type"u8, kind);
                writeCall(writer);
                writer.WriteEndObject();
            }
            else
            {
                WriteBlock(writer, kind, "");
            }

            writer.WriteEndObject();
        });
        return index;
    }

    private void SendPiece(int index, string type, string member, string piece) =>
        Send("content_block_delta", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "content_block_delta"u8);
            writer.WriteNumber("index"u8, index);
            writer.WriteStartObject("delta"u8);
            writer.WriteString("type"u8, type);
            writer.WriteString(member, piece);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    private void StopFrom(int first)
    {
        for (var index = first; index < _blocks.Count; index++)
        {
            if (_blocks[index].IsStopped)
            {
                continue;
            }

            var number = index;
            _blocks[index].IsStopped = true;
            Send("content_block_stop", writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("type"u8, "content_block_stop"u8);
                writer.WriteNumber("index"u8, number);
                writer.WriteEndObject();
            });
        }
    }

    private void End(JsonElement chunk, JsonElement usage)
    {
        Send("message_delta", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "message_delta"u8);
            writer.WriteStartObject("delta"u8);
            writer.WriteString("stop_reason"u8, _reason);
            writer.WriteString("stop_sequence"u8, _stop);
            writer.WriteEndObject();
            writer.WritePropertyName("usage"u8);
            WriteUsage(writer, usage);
            Copy(writer, chunk, "x_gateway"u8);
            writer.WriteEndObject();
        });
        Send("message_stop", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "message_stop"u8);
            writer.WriteEndObject();
        });
    }

    // Chat's prompt tokens include those from a cache; here they stand apart.
    private static void WriteUsage(Utf8JsonWriter writer, JsonElement usage)
    {
        var cached = usage.GetProperty("prompt_tokens_details"u8).GetProperty("cached_tokens"u8).GetInt64();
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens"u8, usage.GetProperty("prompt_tokens"u8).GetInt64() - cached);
        writer.WriteNumber("cache_creation_input_tokens"u8, 0);
        writer.WriteNumber("cache_read_input_tokens"u8, cached);
        writer.WriteNumber("output_tokens"u8, usage.GetProperty("completion_tokens"u8).GetInt64());
        WriteCost(writer, usage);
        writer.WriteEndObject();
    }

    private string ReasonOf(string? finish) => finish switch
    {
        "length" => "max_tokens",
        "tool_calls" or "function_call" => "tool_use",
        "content_filter" => "refusal",
        _ => _isRefused ? "refusal" : _stop is not null ? "stop_sequence" : "end_turn",
    };

    private sealed record Open(string Kind, int Call)
    {
        public bool IsStopped { get; set; }
    }
}
