using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;

namespace Gateway.Api.Responses;

/// <summary>Writes tools and the choice among them as chat has them. Only functions: nobody here runs a server's
/// tools.</summary>
internal static class ResponseTools
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
        if (ResponsesRequest.Kind(tool, path) != "function")
        {
            throw FieldReader.Unsupported($"{path}.type", $"'{path}' is no function; other tools are not supported.");
        }

        chat.IgnoreOthers(tool, "type", "name", "description", "parameters", "strict");
        chat.Writer.WriteStartObject();
        chat.Writer.WriteString("type"u8, "function"u8);
        chat.Writer.WriteStartObject("function"u8);
        foreach (var name in (ReadOnlySpan<string>)["name", "description", "parameters", "strict"])
        {
            if (tool.TryGetProperty(name, out var member) && !FieldReader.IsAbsent(member))
            {
                chat.Copy(name, member);
            }
        }

        chat.Writer.WriteEndObject();
        chat.Writer.WriteEndObject();
    }

    public static void WriteChoice(Translation chat, JsonElement choice)
    {
        const string Path = "tool_choice";
        if (choice.ValueKind == JsonValueKind.String)
        {
            chat.Copy(Path, choice);
            return;
        }

        if (ResponsesRequest.Kind(choice, Path) != "function")
        {
            throw FieldReader.Unsupported($"{Path}.type", "'tool_choice' is a word or names a function here.");
        }

        chat.Writer.WriteStartObject(Path);
        chat.Writer.WriteString("type"u8, "function"u8);
        chat.Writer.WriteStartObject("function"u8);
        chat.Copy("name", choice.TryGetProperty("name", out var name)
            ? name
            : throw FieldReader.Missing($"{Path}.name"));
        chat.Writer.WriteEndObject();
        chat.Writer.WriteEndObject();
    }
}
