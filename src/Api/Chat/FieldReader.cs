using System.Text.Json;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Chat;

/// <summary>Reads one member of a request at a time and refuses a wrong one by its path, with what is
/// allowed.</summary>
internal static class FieldReader
{
    public static bool IsAbsent(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public static bool Flag(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw WrongType(path, "true or false"),
    };

    public static string Text(JsonElement value, string path, int maxLength)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw WrongType(path, "a string");
        }

        var text = value.GetString()!;
        return text.Length <= maxLength ? text : throw OutOfRange(path, $"at most {maxLength} characters");
    }

    /// <summary>A whole number written as one: not "10", 1.5 or 1e309.</summary>
    public static long Integer(JsonElement value, string path, long least, long most)
    {
        var allowed = $"a whole number, {least} to {most}";
        if (value.ValueKind != JsonValueKind.Number || value.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') >= 0)
        {
            throw WrongType(path, allowed);
        }

        return value.TryGetInt64(out var number) && number >= least && number <= most
            ? number
            : throw OutOfRange(path, allowed);
    }

    /// <summary>Checks a number that only the expert uses.</summary>
    public static void CheckNumber(JsonElement value, string path, double least, double most)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw WrongType(path, "a number");
        }

        if (!value.TryGetDouble(out var number) || !(number >= least && number <= most))
        {
            throw OutOfRange(path, FormattableString.Invariant($"a number, {least} to {most}"));
        }
    }

    public static RefusedException WrongType(string path, string expected) =>
        new(OpenAiError.Invalid("invalid_type", $"'{path}' must be {expected}.", path));

    public static RefusedException OutOfRange(string path, string allowed) =>
        new(OpenAiError.Invalid("invalid_value", $"'{path}' is out of range. Allowed: {allowed}.", path));

    public static RefusedException Missing(string path) =>
        new(OpenAiError.Invalid("missing_required_parameter", $"'{path}' is required.", path));

    public static RefusedException Unsupported(string path, string message) =>
        new(OpenAiError.Invalid("unsupported_parameter", message, path));
}
