using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Chat;

/// <summary>Reads one member of a request at a time and refuses a wrong one by its path, with what is
/// allowed.</summary>
internal static class FieldReader
{
    public static bool IsAbsent(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>Whether a value is this text, whatever its kind.</summary>
    public static bool IsText(JsonElement value, string text) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

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
        if (value.ValueKind != JsonValueKind.Number || JsonMarshal.GetRawUtf8Value(value).IndexOfAny(".eE"u8) >= 0)
        {
            throw WrongType(path, Allowed());
        }

        return value.TryGetInt64(out var number) && number >= least && number <= most
            ? number
            : throw OutOfRange(path, Allowed());

        string Allowed() => $"a whole number, {least} to {most}";
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

    /// <summary>Refuses every member but the named ones: of these objects nothing else is known to be
    /// harmless.</summary>
    public static void RefuseOthers(JsonElement value, string path, params ReadOnlySpan<string> names)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw WrongType(path, "an object");
        }

        foreach (var member in value.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                var name = Shown(member.Name);
                throw new RefusedException(OpenAiError.Invalid("unknown_parameter",
                    $"'{path}' takes only {string.Join(", ", names)}, not '{name}'.", $"{path}.{name}"));
            }
        }
    }

    /// <summary>Refuses members that differ from a known name only in case, or hold letters beyond ASCII that some
    /// servers fold into one: they and we would read different messages.</summary>
    public static void RefuseLookalikes(JsonElement value, FrozenSet<string> known, string path)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (IsLookalike(member.Name, known))
            {
                throw Lookalike(member.Name, path + ".");
            }
        }
    }

    /// <summary>Whether a name is not a known one but could be taken for it.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="known">Known names, compared without case.</param>
    public static bool IsLookalike(string name, FrozenSet<string> known) =>
        !Ascii.IsValid(name) || (known.TryGetValue(name, out var exact) && exact != name);

    /// <summary>Refuses such a name.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="path">Where it stands: empty, or ending in a dot.</param>
    public static RefusedException Lookalike(string name, string path)
    {
        var shown = path + Shown(name);
        return new(OpenAiError.Invalid("unknown_parameter",
            $"'{shown}' looks like one of the API's members but is another. Write names in plain lower case.", shown));
    }

    /// <summary>A name from outside as it may stand in an answer: a short piece is enough to find it, and what is not
    /// plain text is marked.</summary>
    public static string Shown(string name)
    {
        const int Enough = 64;
        return string.Concat(name.Take(Enough).Select(c => c is > ' ' and <= '~' ? c : '?'));
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
