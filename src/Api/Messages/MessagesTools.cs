using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;

namespace Gateway.Api.Messages;

/// <summary>Writes tools and the choice among them as chat has them. Only tools that the caller runs himself: nobody
/// here runs a server's.</summary>
internal static class MessagesTools
{
    public static void WriteList(Translation chat, JsonElement tools)
    {
        if (tools.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType("tools", "an array");
        }

        chat.Writer.WriteStartArray("tools"u8);
        var index = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            WriteTool(chat, tool, $"tools[{index++}]");
        }

        chat.Writer.WriteEndArray();
    }

    private static void WriteTool(Translation chat, JsonElement tool, string path)
    {
        if (tool.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType(path, "an object");
        }

        if (tool.TryGetProperty("type", out var type) && !FieldReader.IsAbsent(type) && !IsCustom(type))
        {
            throw FieldReader.Unsupported(
                $"{path}.type", $"'{path}' is a server tool; only custom tools are supported.");
        }

        if (!tool.TryGetProperty("input_schema", out var schema) || schema.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType($"{path}.input_schema", "a JSON schema, an object");
        }

        chat.IgnoreOthers(tool, "type", "name", "description", "input_schema", "strict");
        chat.Writer.WriteStartObject();
        chat.Writer.WriteString("type"u8, "function"u8);
        chat.Writer.WriteStartObject("function"u8);
        foreach (var name in (ReadOnlySpan<string>)["name", "description", "strict"])
        {
            if (tool.TryGetProperty(name, out var member) && !FieldReader.IsAbsent(member))
            {
                chat.Copy(name, member);
            }
        }

        chat.Copy("parameters", schema);
        chat.Writer.WriteEndObject();
        chat.Writer.WriteEndObject();
    }

    public static void WriteChoice(Translation chat, JsonElement choice)
    {
        const string Path = "tool_choice";
        switch (MessagesRequest.Kind(choice, Path))
        {
            case "auto" or "none":
                chat.Copy(Path, choice.GetProperty("type"));
                break;
            case "any":
                chat.Writer.WriteString(Path, "required");
                break;
            case "tool":
                chat.Writer.WriteStartObject(Path);
                chat.Writer.WriteString("type"u8, "function"u8);
                chat.Writer.WriteStartObject("function"u8);
                chat.Copy("name", choice.TryGetProperty("name", out var name)
                    ? name
                    : throw FieldReader.Missing($"{Path}.name"));
                chat.Writer.WriteEndObject();
                chat.Writer.WriteEndObject();
                break;
            default:
                throw FieldReader.OutOfRange($"{Path}.type", "auto, any, tool, none");
        }

        if (choice.TryGetProperty("disable_parallel_tool_use", out var single) && !FieldReader.IsAbsent(single))
        {
            chat.Writer.WriteBoolean(
                "parallel_tool_calls"u8, !FieldReader.Flag(single, $"{Path}.disable_parallel_tool_use"));
        }
    }

    private static bool IsCustom(JsonElement type) =>
        type.ValueKind == JsonValueKind.String && type.ValueEquals("custom");
}
