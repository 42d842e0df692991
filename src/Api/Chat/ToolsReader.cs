using System.Text.Json;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>Checks <c>tools</c> with <c>tool_choice</c>, and their older names <c>functions</c> and
/// <c>function_call</c>: a choice must name a tool that is there.</summary>
internal sealed class ToolsReader
{
    private const int MaxTools = 128;
    private const int MaxNameLength = 64;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private (string Field, string Name)? _chosen;
    private readonly List<(string Path, string Name)> _allowed = [];
    private string? _requiredBy;

    /// <summary>Returns how many there are.</summary>
    public int ReadList(JsonElement list, string field)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType(field, "an array");
        }

        if (list.GetArrayLength() > MaxTools)
        {
            throw FieldReader.OutOfRange(field, $"at most {MaxTools} entries");
        }

        var index = 0;
        foreach (var tool in list.EnumerateArray())
        {
            var path = $"{field}[{index++}]";
            _names.Add(field == "tools" ? ReadTool(tool, path) : ReadName(tool, path));
        }

        return index;
    }

    public void ReadChoice(JsonElement choice, string field)
    {
        if (choice.ValueKind == JsonValueKind.String)
        {
            ReadMode(choice.GetString()!, field);
            return;
        }

        if (choice.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType(field, "a string or an object");
        }

        if (field == "tool_choice" && choice.TryGetProperty("allowed_tools", out var allowed))
        {
            ReadAllowed(allowed, $"{field}.allowed_tools");
            _requiredBy = field;
            return;
        }

        // tool_choice wraps the name in function, function_call has it plain.
        _chosen = field == "tool_choice"
            ? (field, ReadName(Function(choice, field), $"{field}.function"))
            : (field, ReadName(choice, field));
    }

    /// <summary>What the choice needs, once all members are read.</summary>
    public Features Finish()
    {
        if (_chosen is { } chosen && !_names.Contains(chosen.Name))
        {
            throw FieldReader.OutOfRange(chosen.Field, "none, auto, required, or the name of a tool in this request");
        }

        foreach (var (path, _) in _allowed.Where(one => !_names.Contains(one.Name)).Take(1))
        {
            throw FieldReader.OutOfRange(path, "the name of a tool in this request");
        }

        if (_requiredBy is { } field && _names.Count == 0)
        {
            throw FieldReader.OutOfRange(field, "none or auto, as this request has no tools");
        }

        return _chosen is null && _requiredBy is null ? Features.None : Features.Tools;
    }

    private void ReadAllowed(JsonElement allowed, string path)
    {
        FieldReader.RefuseOthers(allowed, path, "mode", "tools");
        if (!allowed.TryGetProperty("mode", out var mode)
            || FieldReader.Text(mode, $"{path}.mode", MaxNameLength) is not ("auto" or "required"))
        {
            throw FieldReader.OutOfRange($"{path}.mode", "auto, required");
        }

        if (!allowed.TryGetProperty("tools", out var tools) || tools.ValueKind != JsonValueKind.Array
            || tools.GetArrayLength() is 0 or > MaxTools)
        {
            throw FieldReader.WrongType($"{path}.tools", $"an array of 1 to {MaxTools} tools");
        }

        foreach (var (number, tool) in tools.EnumerateArray().Index())
        {
            var name = $"{path}.tools[{number}]";
            _allowed.Add(($"{name}.function.name", ReadTool(tool, name)));
        }
    }

    private void ReadMode(string mode, string field)
    {
        if (mode is "none" or "auto")
        {
            return;
        }

        if (field != "tool_choice")
        {
            throw FieldReader.OutOfRange(field, "none, auto, or a named function");
        }

        _requiredBy = mode == "required"
            ? field
            : throw FieldReader.OutOfRange(field, "none, auto, required, or a named tool");
    }

    private static string ReadTool(JsonElement tool, string path)
    {
        if (tool.ValueKind != JsonValueKind.Object || !tool.TryGetProperty("type", out var type))
        {
            throw FieldReader.WrongType(path, "an object with a type");
        }

        if (FieldReader.Text(type, $"{path}.type", MaxNameLength) != "function")
        {
            throw FieldReader.OutOfRange($"{path}.type", "function");
        }

        var function = Function(tool, path);
        if (function.ValueKind == JsonValueKind.Object && function.TryGetProperty("parameters", out var parameters)
            && !FieldReader.IsAbsent(parameters) && parameters.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType($"{path}.function.parameters", "a JSON schema, an object");
        }

        return ReadName(function, $"{path}.function");
    }

    private static JsonElement Function(JsonElement value, string path) =>
        value.TryGetProperty("function", out var function) ? function : throw FieldReader.Missing($"{path}.function");

    private static string ReadName(JsonElement function, string path)
    {
        if (function.ValueKind != JsonValueKind.Object || !function.TryGetProperty("name", out var name))
        {
            throw FieldReader.Missing($"{path}.name");
        }

        var text = FieldReader.Text(name, $"{path}.name", MaxNameLength);
        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? text
            : throw FieldReader.OutOfRange($"{path}.name", $"1 to {MaxNameLength} letters, digits, '_' or '-'");
    }
}
