using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Gateway.Api.Rates;

/// <summary>A path to one value of a JSON document: a singular query of RFC 9535, such as <c>$.bittensor.usd</c>,
/// <c>$['data'][0].last</c> or <c>$[-1]</c>. The leading <c>$</c> may be left out.</summary>
internal sealed class JsonPath
{
    /// <summary>What the grammar is, for messages.</summary>
    public const string Grammar = "a path such as $.bittensor.usd, $['data'][0].last or $[-1]";

    private const int MaxLength = 500;

    // A name, or an index counted from the start or, below zero, from the end.
    private readonly IReadOnlyList<(string? Name, int Index)> _steps;
    private readonly string _text;

    private JsonPath(string text, IReadOnlyList<(string? Name, int Index)> steps) => (_text, _steps) = (text, steps);

    /// <summary>Reads a path; false when <paramref name="text"/> is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path)
    {
        path = null;
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        var steps = new List<(string? Name, int Index)>();
        var rest = text.AsSpan();
        rest = rest[0] == '$' ? rest[1..] : rest;

        // Without a root the first name needs no dot.
        var bare = text[0] is not ('$' or '.' or '[');
        while (!rest.IsEmpty)
        {
            if (!(bare ? TryReadName(ref rest, steps) : TryReadStep(ref rest, steps)))
            {
                return false;
            }

            bare = false;
        }

        path = new JsonPath(text, steps);
        return true;
    }

    /// <summary>The value there; false when the document has none.</summary>
    public bool TryFind(JsonElement root, out JsonElement found)
    {
        found = root;
        foreach (var (name, index) in _steps)
        {
            if (!(name is null ? TryItem(ref found, index) : TryMember(ref found, name)))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static bool TryMember(ref JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out value);

    private static bool TryItem(ref JsonElement value, int index)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var length = value.GetArrayLength();
        var at = index < 0 ? length + index : index;
        if (at < 0 || at >= length)
        {
            return false;
        }

        value = value[at];
        return true;
    }

    private static bool TryReadStep(ref ReadOnlySpan<char> rest, List<(string? Name, int Index)> steps)
    {
        if (rest[0] == '.')
        {
            rest = rest[1..];
            return TryReadName(ref rest, steps);
        }

        return rest[0] == '[' && TryReadBracket(ref rest, steps);
    }

    private static bool TryReadName(ref ReadOnlySpan<char> rest, List<(string? Name, int Index)> steps)
    {
        var end = rest.IndexOfAny('.', '[');
        var name = end < 0 ? rest : rest[..end];
        if (name.IsEmpty || char.IsAsciiDigit(name[0]) || !IsShorthand(name))
        {
            return false;
        }

        steps.Add((name.ToString(), 0));
        rest = rest[name.Length..];
        return true;
    }

    private static bool TryReadBracket(ref ReadOnlySpan<char> rest, List<(string? Name, int Index)> steps) =>
        rest.Length > 1 && rest[1] is '\'' or '"'
            ? TryReadQuoted(ref rest, rest[1], steps)
            : TryReadIndex(ref rest, steps);

    // No escapes: a name with quotes or backslashes is not worth their grammar.
    private static bool TryReadQuoted(
        ref ReadOnlySpan<char> rest, char quote, List<(string? Name, int Index)> steps)
    {
        var inside = rest[2..];
        var length = inside.IndexOfAny(quote, '\\');
        if (length < 0 || !inside[length..].StartsWith([quote, ']']))
        {
            return false;
        }

        steps.Add((inside[..length].ToString(), 0));
        rest = inside[(length + 2)..];
        return true;
    }

    private static bool TryReadIndex(ref ReadOnlySpan<char> rest, List<(string? Name, int Index)> steps)
    {
        var end = rest.IndexOf(']');
        if (end < 0 || !int.TryParse(
            rest[1..end], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return false;
        }

        steps.Add((null, index));
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool IsShorthand(ReadOnlySpan<char> name)
    {
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '_' && letter < 0x80)
            {
                return false;
            }
        }

        return true;
    }
}
