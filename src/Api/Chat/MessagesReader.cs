using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>Checks the shape of <c>messages</c> and measures the prompt.</summary>
internal static class MessagesReader
{
    private const int MaxMessages = 2048;
    private const int MaxImages = 20;

    private const int MaxParts = 256;

    private static readonly FrozenSet<string> MessageNames = new[]
    {
        "role", "content", "name", "refusal", "tool_calls", "tool_call_id", "function_call", "audio",
        "reasoning_content",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> PartNames = new[]
    {
        "type", "text", "refusal", "image_url", "input_audio",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Roles = ["developer", "system", "user", "assistant", "tool", "function"];

    public static Prompt Read(JsonElement messages)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType("messages", "an array of messages");
        }

        if (messages.GetArrayLength() is 0 or > MaxMessages)
        {
            throw FieldReader.OutOfRange("messages", $"1 to {MaxMessages} messages");
        }

        var prompt = default(Prompt);
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            prompt += ReadMessage(message, $"messages[{index++}]");
        }

        return prompt.Images <= MaxImages
            ? prompt
            : throw FieldReader.OutOfRange("messages", $"at most {MaxImages} images");
    }

    private static Prompt ReadMessage(JsonElement message, string path)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType(path, "an object");
        }

        FieldReader.RefuseLookalikes(message, MessageNames, path);
        if (message.TryGetProperty("audio", out var said) && !FieldReader.IsAbsent(said))
        {
            // The sound that it names is nowhere here, and the turn would be an empty one.
            throw FieldReader.Unsupported(
                $"{path}.audio", $"'{path}.audio' is not supported: send its text as content.");
        }

        if (!message.TryGetProperty("role", out var role))
        {
            throw FieldReader.Missing($"{path}.role");
        }

        if (!Roles.Contains(FieldReader.Text(role, $"{path}.role", 16)))
        {
            throw FieldReader.OutOfRange($"{path}.role", string.Join(", ", Roles));
        }

        var isAssistant = role.ValueEquals("assistant");
        var usesTools = HasCalls(message, path) || role.ValueEquals("tool") || role.ValueEquals("function");
        var needs = usesTools ? Features.Tools : Features.None;
        var hasContent = message.TryGetProperty("content", out var content) && !FieldReader.IsAbsent(content);
        if (!hasContent)
        {
            // Only an assistant's turn may be nothing but calls.
            return isAssistant ? Prompt.Of(needs) : throw FieldReader.Missing($"{path}.content");
        }

        return Prompt.Of(needs) + ReadContent(content, $"{path}.content", isAssistant);
    }

    private static bool HasCalls(JsonElement message, string path)
    {
        if (!message.TryGetProperty("tool_calls", out var calls) || FieldReader.IsAbsent(calls))
        {
            return false;
        }

        return calls.ValueKind == JsonValueKind.Array
            ? calls.GetArrayLength() > 0
            : throw FieldReader.WrongType($"{path}.tool_calls", "an array");
    }

    private static Prompt ReadContent(JsonElement content, string path, bool isAssistant)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return Text(content);
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType(path, "a string or an array of parts");
        }

        if (content.GetArrayLength() > MaxParts)
        {
            throw FieldReader.OutOfRange(path, $"at most {MaxParts} parts");
        }

        var prompt = default(Prompt);
        var index = 0;
        foreach (var part in content.EnumerateArray())
        {
            prompt += ReadPart(part, $"{path}[{index++}]", isAssistant);
        }

        return prompt;
    }

    private static Prompt ReadPart(JsonElement part, string path, bool isAssistant)
    {
        if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("type", out var type))
        {
            throw FieldReader.WrongType(path, "an object with a type");
        }

        FieldReader.RefuseLookalikes(part, PartNames, path);
        return FieldReader.Text(type, $"{path}.type", 64) switch
        {
            "text" => ReadText(part, path, "text"),
            "refusal" when isAssistant => ReadText(part, path, "refusal"),
            "image_url" => MediaReader.ReadImage(part, path),
            "input_audio" => Prompt.OfSound(MediaReader.ReadSound(part, path)),
            _ => throw FieldReader.OutOfRange($"{path}.type", "text, image_url, input_audio; an assistant's refusal"),
        };
    }

    private static Prompt ReadText(JsonElement part, string path, string name) =>
        part.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? Text(text)
            : throw FieldReader.WrongType($"{path}.{name}", "a string");

    // The text as it stands, without its quotes: a copy only to count it would cost more than the request.
    private static Prompt Text(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        return Prompt.OfText(raw.Length, Escapes.Utf8Length(raw));
    }
}
