using System.Buffers;
using System.Text.Json;
using Gateway.Api.Chat.Shapes;
using Gateway.Core;

namespace Gateway.Api.Responses;

/// <summary>Prints answers as responses made of items: their events are numbered without gaps, each is named by its
/// type, and the end mark follows, which the specification of Open Responses asks for.</summary>
internal sealed class ResponsesPrinter(
    RequestId request, long created, bool isStream, ResponseEcho echo, ResponseState state)
    : TranslatingPrinter, IItemEvents
{
    private ResponseOutput? _items;
    private string _model = "";
    private string _finish = "";
    private long _sequence;
    private bool _isStarted;

    public void Begun(ResponseItem item)
    {
        SendItem("response.output_item.added", item, withPart: false);
        if (item.Kind != ItemKind.Call)
        {
            SendPart(item, "response.content_part.added", writer =>
            {
                writer.WritePropertyName("part"u8);
                item.WritePart(writer, isEmpty: true);
            });
        }
    }

    public void Grown(ResponseItem item, string piece, string? logprobs) =>
        SendPart(item, $"response.{Verb(item)}.delta", writer =>
        {
            writer.WriteString("delta"u8, piece);
            if (item.Kind == ItemKind.Text)
            {
                writer.WritePropertyName("logprobs"u8);
                ResponseItem.WriteLogprobs(writer, logprobs is null ? [] : [logprobs]);
            }
        });

    public void Ended(ResponseItem item)
    {
        SendPart(item, $"response.{Verb(item)}.done", writer =>
        {
            var text = item.Text.ToString();
            switch (item.Kind)
            {
                case ItemKind.Call:
                    writer.WriteString("name"u8, item.Name);
                    writer.WriteString("arguments"u8, text);
                    break;
                case ItemKind.Refusal:
                    writer.WriteString("refusal"u8, text);
                    break;
                case ItemKind.Text:
                    writer.WriteString("text"u8, text);
                    writer.WritePropertyName("logprobs"u8);
                    ResponseItem.WriteLogprobs(writer, item.Logprobs);
                    break;
                case ItemKind.Reasoning:
                    writer.WriteString("text"u8, text);
                    break;
            }
        });
        if (item.Kind != ItemKind.Call)
        {
            SendPart(item, "response.content_part.done", writer =>
            {
                writer.WritePropertyName("part"u8);
                item.WritePart(writer, isEmpty: false);
            });
        }

        SendItem("response.output_item.done", item, withPart: true);
    }

    protected override void PrintAnswer(JsonElement completion, Utf8JsonWriter writer)
    {
        var choice = Choice(completion);
        _finish = Text(choice, "finish_reason"u8) ?? "";
        _model = Text(completion, "model"u8) ?? "";
        Output.Take(choice, choice.GetProperty("message"u8));
        Output.End(Status);
        Keep(completion);
        WriteResponse(writer, Status, completion, error: default);
    }

    protected override void PrintChunk(JsonElement chunk)
    {
        Start(chunk);
        if (Choice(chunk) is { ValueKind: JsonValueKind.Object } choice)
        {
            Output.Take(choice, choice.GetProperty("delta"u8));
            if (Text(choice, "finish_reason"u8) is { } finish)
            {
                _finish = finish;
                Output.End(Status);
            }
        }

        if (chunk.TryGetProperty("usage"u8, out var usage) && usage.ValueKind == JsonValueKind.Object)
        {
            Keep(chunk);
            SendLifecycle($"response.{Status}", Status, chunk, error: default);
        }
    }

    protected override void PrintDone() => SendDone();

    // A stream that fails ends like every other, but failed: its error as an event, then the response with it.
    protected override void PrintError(JsonElement error)
    {
        Send("error", writer =>
        {
            Begin(writer, "error");
            Copy(writer, error, "code"u8);
            Copy(writer, error, "message"u8);
            writer.WriteNull("param"u8);
            Copy(writer, error, "details"u8);
            writer.WriteEndObject();
        });
        if (_isStarted)
        {
            Output.Abandon();
            SendLifecycle("response.failed", "failed", answer: default, error);
        }

        SendDone();
    }

    private ResponseOutput Output => _items ??= new(request, isStream ? this : null);

    private bool IsCut => _finish is "length" or "content_filter";

    private string Status => IsCut ? "incomplete" : "completed";

    private void Start(JsonElement chunk)
    {
        if (_isStarted)
        {
            return;
        }

        _isStarted = true;
        _model = Text(chunk, "model"u8) ?? "";
        SendLifecycle("response.created", "in_progress", answer: default, error: default);
        SendLifecycle("response.in_progress", "in_progress", answer: default, error: default);
    }

    private static string Verb(ResponseItem item) =>
        item.Kind == ItemKind.Call ? "function_call_arguments" : item.PartType;

    private void SendItem(string type, ResponseItem item, bool withPart) => Send(type, writer =>
    {
        Begin(writer, type);
        writer.WriteNumber("output_index"u8, Output.IndexOf(item));
        writer.WritePropertyName("item"u8);
        item.Write(writer, withPart);
        writer.WriteEndObject();
    });

    private void SendPart(ResponseItem item, string type, Action<Utf8JsonWriter> write) => Send(type, writer =>
    {
        Begin(writer, type);
        writer.WriteString("item_id"u8, item.Id);
        writer.WriteNumber("output_index"u8, Output.IndexOf(item));
        if (item.Kind != ItemKind.Call)
        {
            writer.WriteNumber("content_index"u8, 0);
        }

        write(writer);
        writer.WriteEndObject();
    });

    private void SendLifecycle(string type, string status, JsonElement answer, JsonElement error) =>
        Send(type, writer =>
        {
            Begin(writer, type);
            writer.WritePropertyName("response"u8);
            WriteResponse(writer, status, answer, error);
            writer.WriteEndObject();
        });

    // What is stored is what the caller reads at the end.
    private void Keep(JsonElement answer)
    {
        if (state.IsStored)
        {
            var output = new ArrayBufferWriter<byte>();
            using var writer = new Utf8JsonWriter(output, Relaxed);
            WriteResponse(writer, Status, answer, error: default);
            writer.Flush();
            state.Final = output.WrittenMemory;
        }
    }

    private void Begin(Utf8JsonWriter writer, string type)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        writer.WriteNumber("sequence_number"u8, _sequence++);
    }

    private void WriteResponse(Utf8JsonWriter writer, string status, JsonElement answer, JsonElement error)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, ResponseId.Of(request.Value));
        writer.WriteString("object"u8, "response"u8);
        writer.WriteNumber("created_at"u8, created);
        writer.WriteString("status"u8, status);
        writer.WriteBoolean("background"u8, false);
        writer.WritePropertyName("error"u8);
        WriteError(writer, error);
        WriteIncomplete(writer, status);
        writer.WriteString("model"u8, _model);
        echo.Write(writer);
        writer.WriteStartArray("output"u8);
        foreach (var item in Output.Items)
        {
            item.Write(writer);
        }

        writer.WriteEndArray();
        writer.WriteString("previous_response_id"u8, state.Previous is { } before ? ResponseId.Of(before) : null);
        writer.WriteBoolean("store"u8, state.IsStored);
        writer.WritePropertyName("usage"u8);
        WriteUsage(writer, answer);
        if (answer.ValueKind == JsonValueKind.Object)
        {
            Copy(writer, answer, "x_gateway"u8);
        }

        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        Copy(writer, error, "code"u8);
        Copy(writer, error, "message"u8);
        writer.WriteEndObject();
    }

    private void WriteIncomplete(Utf8JsonWriter writer, string status)
    {
        if (status != "incomplete")
        {
            writer.WriteNull("incomplete_details"u8);
            return;
        }

        writer.WriteStartObject("incomplete_details"u8);
        writer.WriteString("reason"u8, _finish == "length" ? "max_output_tokens" : "content_filter");
        writer.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter writer, JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("usage"u8, out var usage))
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("input_tokens"u8, usage.GetProperty("prompt_tokens"u8).GetInt64());
        writer.WritePropertyName("input_tokens_details"u8);
        usage.GetProperty("prompt_tokens_details"u8).WriteTo(writer);
        writer.WriteNumber("output_tokens"u8, usage.GetProperty("completion_tokens"u8).GetInt64());
        writer.WritePropertyName("output_tokens_details"u8);
        usage.GetProperty("completion_tokens_details"u8).WriteTo(writer);
        writer.WriteNumber("total_tokens"u8, usage.GetProperty("total_tokens"u8).GetInt64());
        WriteCost(writer, usage);
        writer.WriteEndObject();
    }
}
