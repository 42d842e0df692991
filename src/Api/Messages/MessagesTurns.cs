using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Messages;

/// <summary>Writes turns made of blocks as chat messages. A user's turn with results of tools becomes a message for
/// each of them and one for the rest.</summary>
internal sealed class MessagesTurns(Translation chat)
{
    // Chat has no mark for it, and a model must know.
    private const string ToolFailed = "[the tool failed] ";

    private readonly Utf8JsonWriter _writer = chat.Writer;

    /// <summary>Writes the system prompt, where there is one.</summary>
    public void WriteSystem(JsonElement system)
    {
        if (system.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        Begin("system");
        WriteText(system, "system");
        _writer.WriteEndObject();
    }

    public void Write(JsonElement messages)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType("messages", "an array of messages");
        }

        var role = "";
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            role = WriteTurn(message, $"messages[{index++}]");
        }

        if (role == "assistant")
        {
            throw FieldReader.Unsupported($"messages[{index - 1}]",
                "The last message is the assistant's: continuing a given answer is not supported.");
        }
    }

    private string WriteTurn(JsonElement message, string path)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out var role))
        {
            throw FieldReader.WrongType(path, "an object with a role");
        }

        if (!message.TryGetProperty("content", out var content) || FieldReader.IsAbsent(content))
        {
            throw FieldReader.Missing($"{path}.content");
        }

        var name = FieldReader.Text(role, $"{path}.role", 16);
        switch (name)
        {
            case "system":
                Begin(name);
                WriteText(content, $"{path}.content");
                _writer.WriteEndObject();
                return name;
            case "user" or "assistant" when content.ValueKind == JsonValueKind.String:
                Begin(name);
                chat.Copy("content", content);
                _writer.WriteEndObject();
                return name;
            case "user":
                WriteUser(Blocks(content, $"{path}.content"));
                return name;
            case "assistant":
                WriteAssistant(Blocks(content, $"{path}.content"));
                return name;
            default:
                throw FieldReader.OutOfRange($"{path}.role", "user, assistant, system");
        }
    }

    private void WriteUser(List<Block> blocks)
    {
        foreach (var block in blocks.Where(block => block.Kind == "tool_result"))
        {
            WriteResult(block);
        }

        var rest = blocks.Where(block => block.Kind != "tool_result").ToList();
        if (rest.Count == 0)
        {
            return;
        }

        Begin("user");
        _writer.WriteStartArray("content"u8);
        foreach (var block in rest)
        {
            switch (block.Kind)
            {
                case "text":
                    WriteTextPart(block.Value, block.Path);
                    break;
                case "image":
                    WriteImage(block.Value, block.Path);
                    break;
                default:
                    throw Unsupported(block, "text, image, tool_result");
            }
        }

        _writer.WriteEndArray();
        _writer.WriteEndObject();
    }

    private void WriteResult(Block block)
    {
        chat.IgnoreOthers(block.Value, "type", "tool_use_id", "content", "is_error");
        Begin("tool");
        _writer.WriteString("tool_call_id"u8, Word(block, "tool_use_id"));
        var failed = block.Value.TryGetProperty("is_error", out var error) && !FieldReader.IsAbsent(error)
            && FieldReader.Flag(error, $"{block.Path}.is_error");
        var text = block.Value.TryGetProperty("content", out var content) && !FieldReader.IsAbsent(content)
            ? TextOf(content, $"{block.Path}.content")
            : "";
        _writer.WriteString("content"u8, failed ? ToolFailed + text : text);
        _writer.WriteEndObject();
    }

    private void WriteAssistant(List<Block> blocks)
    {
        if (blocks.Find(block => block.Kind is not ("text" or "tool_use" or "thinking")) is { } other)
        {
            throw Unsupported(other, "text, tool_use, thinking");
        }

        Begin("assistant");
        WriteTextParts([.. blocks.Where(block => block.Kind == "text")]);
        var thoughts = blocks.Where(block => block.Kind == "thinking")
            .Select(block => FieldReader.Text(Member(block, "thinking"), $"{block.Path}.thinking", int.MaxValue));
        if (string.Concat(thoughts) is { Length: > 0 } thinking)
        {
            _writer.WriteString("reasoning_content"u8, thinking);
        }

        WriteCalls([.. blocks.Where(block => block.Kind == "tool_use")]);
        _writer.WriteEndObject();
    }

    private void WriteTextParts(List<Block> texts)
    {
        if (texts.Count == 0)
        {
            _writer.WriteNull("content"u8);
            return;
        }

        _writer.WriteStartArray("content"u8);
        texts.ForEach(block => WriteTextPart(block.Value, block.Path));
        _writer.WriteEndArray();
    }

    private void WriteCalls(List<Block> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        _writer.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            chat.IgnoreOthers(call.Value, "type", "id", "name", "input");
            var input = Member(call, "input");
            if (input.ValueKind != JsonValueKind.Object)
            {
                throw FieldReader.WrongType($"{call.Path}.input", "an object");
            }

            _writer.WriteStartObject();
            _writer.WriteString("id"u8, Word(call, "id"));
            _writer.WriteString("type"u8, "function"u8);
            _writer.WriteStartObject("function"u8);
            _writer.WriteString("name"u8, Word(call, "name"));
            _writer.WriteString("arguments"u8, input.GetRawText());
            _writer.WriteEndObject();
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
    }

    private void WriteText(JsonElement content, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            chat.Copy("content", content);
            return;
        }

        _writer.WriteStartArray("content"u8);
        foreach (var block in Blocks(content, path))
        {
            if (block.Kind != "text")
            {
                throw Unsupported(block, "text");
            }

            WriteTextPart(block.Value, block.Path);
        }

        _writer.WriteEndArray();
    }

    private void WriteTextPart(JsonElement block, string path)
    {
        _writer.WriteStartObject();
        _writer.WriteString("type"u8, "text"u8);
        _writer.WriteString("text"u8, TextIn(block, path));
        _writer.WriteEndObject();
    }

    private void WriteImage(JsonElement block, string path)
    {
        chat.IgnoreOthers(block, "type", "source");
        var source = Member(new("image", block, path), "source");
        var inner = new Block("source", source, $"{path}.source");
        var address = MessagesRequest.Kind(source, inner.Path) switch
        {
            "base64" => DataOf(inner),
            "url" => AddressOf(inner),
            _ => throw new RefusedException(OpenAiError.Invalid("invalid_image_url",
                $"'{inner.Path}' must be base64 or a url; files are not stored here.", inner.Path)),
        };
        _writer.WriteStartObject();
        _writer.WriteString("type"u8, "image_url"u8);
        _writer.WriteStartObject("image_url"u8);
        _writer.WriteString("url"u8, address);
        _writer.WriteEndObject();
        _writer.WriteEndObject();
    }

    // Refused here by its name in this shape, and not by chat's.
    private static string AddressOf(Block source)
    {
        var path = $"{source.Path}.url";
        var address = FieldReader.Text(Member(source, "url"), path, int.MaxValue);
        return address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? address
            : throw new RefusedException(OpenAiError.Invalid(
                "invalid_image_url", $"'{path}' must be an https address.", path));
    }

    private static string DataOf(Block source)
    {
        var type = FieldReader.Text(Member(source, "media_type"), $"{source.Path}.media_type", 32);
        return $"data:{type};base64,{FieldReader.Text(Member(source, "data"), $"{source.Path}.data", int.MaxValue)}";
    }

    // A tool's message is text in chat.
    private string TextOf(JsonElement content, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return content.GetString()!;
        }

        return string.Concat(Blocks(content, path).Select(block => block.Kind == "text"
            ? TextIn(block.Value, block.Path)
            : throw Unsupported(block, "text")));
    }

    private string TextIn(JsonElement block, string path)
    {
        if (block.TryGetProperty("citations", out var citations) && citations.ValueKind == JsonValueKind.Array
            && citations.GetArrayLength() > 0)
        {
            throw FieldReader.Unsupported($"{path}.citations", $"'{path}.citations' is not supported.");
        }

        chat.IgnoreOthers(block, "type", "text", "citations");
        return FieldReader.Text(Member(new("text", block, path), "text"), $"{path}.text", int.MaxValue);
    }

    private static List<Block> Blocks(JsonElement content, string path)
    {
        if (content.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType(path, "a string or an array of blocks");
        }

        return [.. content.EnumerateArray().Select((block, i) =>
            new Block(MessagesRequest.Kind(block, $"{path}[{i}]"), block, $"{path}[{i}]"))];
    }

    private static string Word(Block block, string name) =>
        FieldReader.Text(Member(block, name), $"{block.Path}.{name}", int.MaxValue);

    private static JsonElement Member(Block block, string name) =>
        block.Value.TryGetProperty(name, out var member) && !FieldReader.IsAbsent(member)
            ? member
            : throw FieldReader.Missing($"{block.Path}.{name}");

    private static RefusedException Unsupported(Block block, string allowed) => FieldReader.Unsupported(
        $"{block.Path}.type", $"'{FieldReader.Shown(block.Kind)}' blocks are not supported here. Allowed: {allowed}.");

    private void Begin(string role)
    {
        _writer.WriteStartObject();
        _writer.WriteString("role"u8, role);
    }

    private sealed record Block(string Kind, JsonElement Value, string Path);
}
