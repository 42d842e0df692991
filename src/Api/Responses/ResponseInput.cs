using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Responses;

/// <summary>Writes instructions and input items as chat messages. Neighbouring items of the assistant's turn, its
/// thoughts, words and calls, become one message.</summary>
internal sealed class ResponseInput(Translation chat)
{
    private const int MaxWord = 32;

    private readonly Utf8JsonWriter _writer = chat.Writer;
    private readonly List<Item> _turn = [];

    public void Write(JsonElement instructions, IReadOnlyList<JsonElement> turns, JsonElement input)
    {
        _writer.WriteStartArray("messages"u8);
        if (instructions.ValueKind == JsonValueKind.String)
        {
            WriteText("system", instructions);
        }

        foreach (var turn in turns)
        {
            WriteItems(turn);
        }

        if (input.ValueKind == JsonValueKind.String)
        {
            WriteText("user", input);
        }
        else
        {
            WriteItems(input);
        }

        _writer.WriteEndArray();
    }

    private void WriteItems(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType("input", "a string or an array of items");
        }

        var index = 0;
        foreach (var value in input.EnumerateArray())
        {
            var item = ReadItem(value, $"input[{index++}]");
            if (item.IsAssistants)
            {
                _turn.Add(item);
                continue;
            }

            EndTurn();
            WriteItem(item);
        }

        EndTurn();
    }

    private static Item ReadItem(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType(path, "an object");
        }

        // An item without a type is a message.
        var kind = value.TryGetProperty("type", out var type) && !FieldReader.IsAbsent(type)
            ? FieldReader.Text(type, $"{path}.type", MaxWord)
            : "message";
        if (kind is not ("message" or "function_call" or "function_call_output" or "reasoning"))
        {
            throw FieldReader.Unsupported($"{path}.type", $"'{path}' is of a type that is not supported here. "
                + "Allowed: message, function_call, function_call_output, reasoning.");
        }

        var role = kind == "message" ? FieldReader.Text(Member(value, path, "role"), $"{path}.role", MaxWord) : "";
        return role is "" or "user" or "system" or "developer" or "assistant"
            ? new(kind, role, value, path)
            : throw FieldReader.OutOfRange($"{path}.role", "user, assistant, system, developer");
    }

    private void WriteItem(Item item)
    {
        if (item.Kind == "message")
        {
            Begin(item.Role);
            WriteContent(Member(item.Value, item.Path, "content"), $"{item.Path}.content");
            _writer.WriteEndObject();
            return;
        }

        var output = Member(item.Value, item.Path, "output");
        Begin("tool");
        _writer.WriteString("tool_call_id"u8, Word(item, "call_id"));
        _writer.WritePropertyName("content"u8);
        _writer.WriteStringValue(output.ValueKind == JsonValueKind.String
            ? output.GetString()
            : TextOf(output, $"{item.Path}.output"));
        _writer.WriteEndObject();
    }

    private void EndTurn()
    {
        if (_turn.Count == 0)
        {
            return;
        }

        var thoughts = string.Concat(_turn.Where(item => item.Kind == "reasoning").Select(ThoughtsOf));
        var messages = _turn.Where(item => item.Kind == "message").ToList();
        var calls = _turn.Where(item => item.Kind == "function_call").ToList();
        _turn.Clear();
        if (messages.Count + calls.Count == 0)
        {
            // Thoughts alone are no turn: what they led to was left out.
            return;
        }

        Begin("assistant");
        WriteWords(messages);
        if (thoughts.Length > 0)
        {
            _writer.WriteString("reasoning_content"u8, thoughts);
        }

        WriteCalls(calls);
        _writer.WriteEndObject();
    }

    private void WriteWords(List<Item> messages)
    {
        if (messages.Count == 0)
        {
            _writer.WriteNull("content"u8);
            return;
        }

        _writer.WriteStartArray("content"u8);
        foreach (var message in messages)
        {
            WriteParts(Member(message.Value, message.Path, "content"), $"{message.Path}.content");
        }

        _writer.WriteEndArray();
    }

    private void WriteCalls(List<Item> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        _writer.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            _writer.WriteStartObject();
            _writer.WriteString("id"u8, Word(call, "call_id"));
            _writer.WriteString("type"u8, "function"u8);
            _writer.WriteStartObject("function"u8);
            _writer.WriteString("name"u8, Word(call, "name"));
            _writer.WriteString("arguments"u8, Word(call, "arguments"));
            _writer.WriteEndObject();
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
    }

    // An encrypted thought of another server's says nothing here.
    private string ThoughtsOf(Item item)
    {
        if (item.Value.TryGetProperty("encrypted_content", out var secret) && !FieldReader.IsAbsent(secret))
        {
            chat.Ignore("encrypted_content");
        }

        return item.Value.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array
            ? string.Concat(content.EnumerateArray().Select((part, i) => FieldReader.Text(
                Member(part, $"{item.Path}.content[{i}]", "text"), $"{item.Path}.content[{i}].text", int.MaxValue)))
            : "";
    }

    private void WriteContent(JsonElement content, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            chat.Copy("content", content);
            return;
        }

        _writer.WriteStartArray("content"u8);
        WriteParts(content, path);
        _writer.WriteEndArray();
    }

    private void WriteParts(JsonElement content, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            WritePart("text", content);
            return;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType(path, "a string or an array of parts");
        }

        var index = 0;
        foreach (var part in content.EnumerateArray())
        {
            WritePart(part, $"{path}[{index++}]");
        }
    }

    private void WritePart(JsonElement part, string path)
    {
        switch (ResponsesRequest.Kind(part, path))
        {
            case "input_text" or "output_text":
                WritePart("text", Member(part, path, "text"));
                break;
            case "refusal":
                WritePart("refusal", Member(part, path, "refusal"));
                break;
            case "input_image":
                WriteImage(part, path);
                break;
            case "input_audio":
                _writer.WriteStartObject();
                _writer.WriteString("type"u8, "input_audio"u8);
                chat.Copy("input_audio", Member(part, path, "input_audio"));
                _writer.WriteEndObject();
                break;
            default:
                throw FieldReader.Unsupported($"{path}.type", $"'{path}' is of a type that is not supported here. "
                    + "Allowed: input_text, input_image, input_audio, output_text, refusal.");
        }
    }

    private void WriteImage(JsonElement part, string path)
    {
        if (!part.TryGetProperty("image_url", out var url) || FieldReader.IsAbsent(url))
        {
            throw new RefusedException(OpenAiError.Invalid("invalid_image_url",
                $"'{path}.image_url' must be a data URL or an https address; files are not stored here.",
                $"{path}.image_url"));
        }

        _writer.WriteStartObject();
        _writer.WriteString("type"u8, "image_url"u8);
        _writer.WriteStartObject("image_url"u8);
        chat.Copy("url", url);
        if (part.TryGetProperty("detail", out var detail) && !FieldReader.IsAbsent(detail))
        {
            chat.Copy("detail", detail);
        }

        _writer.WriteEndObject();
        _writer.WriteEndObject();
    }

    private void WritePart(string kind, JsonElement text)
    {
        _writer.WriteStartObject();
        _writer.WriteString("type"u8, kind);
        chat.Copy(kind, text);
        _writer.WriteEndObject();
    }

    private static string TextOf(JsonElement output, string path)
    {
        if (output.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType(path, "a string or an array of texts");
        }

        return string.Concat(output.EnumerateArray().Select((part, i) =>
            ResponsesRequest.Kind(part, $"{path}[{i}]") == "input_text"
                ? FieldReader.Text(Member(part, $"{path}[{i}]", "text"), $"{path}[{i}].text", int.MaxValue)
                : throw FieldReader.Unsupported($"{path}[{i}].type", $"'{path}' takes only input_text.")));
    }

    private void WriteText(string role, JsonElement text)
    {
        Begin(role);
        chat.Copy("content", text);
        _writer.WriteEndObject();
    }

    private void Begin(string role)
    {
        _writer.WriteStartObject();
        _writer.WriteString("role"u8, role);
    }

    private static string Word(Item item, string name) =>
        FieldReader.Text(Member(item.Value, item.Path, name), $"{item.Path}.{name}", int.MaxValue);

    private static JsonElement Member(JsonElement value, string path, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member)
            && !FieldReader.IsAbsent(member)
            ? member
            : throw FieldReader.Missing($"{path}.{name}");

    private sealed record Item(string Kind, string Role, JsonElement Value, string Path)
    {
        public bool IsAssistants => Kind is "function_call" or "reasoning" || Role == "assistant";
    }
}
