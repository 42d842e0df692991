using System.Globalization;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Organization;

/// <summary>Reads the query of a request strictly: an unknown name is refused, since a filter that is misspelt and
/// ignored answers another question than was asked.</summary>
internal sealed class QueryReader
{
    private const int MaxText = 256;
    private const int MaxShown = 64;

    private readonly IQueryCollection _query;

    /// <exception cref="RefusedException">A name is not among those known.</exception>
    public QueryReader(HttpRequest request, params string[] known)
    {
        _query = request.Query;
        foreach (var name in _query.Keys)
        {
            if (!known.Contains(Plain(name)))
            {
                var shown = name.Length <= MaxShown ? name : name[..MaxShown];
                throw new RefusedException(OpenAiError.Invalid("unknown_parameter",
                    $"'{shown}' is not known here. Known: {string.Join(", ", known)}.", shown));
            }
        }
    }

    /// <summary>One value; null when it is absent.</summary>
    public string? Text(string name)
    {
        var values = List(name, commas: false);
        return values switch
        {
            [] => null,
            [var value] => value,
            _ => throw Wrong(name, "one value"),
        };
    }

    /// <summary>A whole number in a range; null when it is absent.</summary>
    public long? Integer(string name, long least, long most)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most
            ? value
            : throw Wrong(name, $"a whole number from {least} to {most}");
    }

    /// <summary>A day such as 2026-11-22; null when it is absent.</summary>
    public DateOnly? Day(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return TryDay(text, out var day) ? day : throw Wrong(name, "a day such as 2026-11-22, from 2000 to 9998");
    }

    /// <summary>All values: the name may repeat, end in [], and hold commas.</summary>
    public IReadOnlyList<string> List(string name, bool commas = true)
    {
        var values = new List<string>();
        foreach (var pair in _query.Where(pair => Plain(pair.Key) == name))
        {
            values.AddRange(pair.Value.SelectMany(value => commas ? (value ?? "").Split(',') : [value ?? ""]));
        }

        return values.TrueForAll(value =>
            value.Length is > 0 and <= MaxText && !value.Contains('\0', StringComparison.Ordinal))
            ? values
            : throw Wrong(name, $"1 to {MaxText} characters");
    }

    /// <summary>One of several words.</summary>
    public string Choice(string name, params string[] words)
    {
        var text = Text(name) ?? words[0];
        return words.Contains(text) ? text : throw Wrong(name, string.Join(" or ", words));
    }

    /// <summary>A day from 2000 to 9998, so that the next one is a day too.</summary>
    public static bool TryDay(string? text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
        && day.Year is >= 2000 and < 9999;

    public static RefusedException Wrong(string name, string allowed) =>
        new(OpenAiError.Invalid("invalid_value", $"{name} must be {allowed}.", name));

    public static RefusedException Missing(string name) =>
        new(OpenAiError.Invalid("missing_required_parameter", $"{name} is missing.", name));

    private static string Plain(string name) => name.EndsWith("[]", StringComparison.Ordinal) ? name[..^2] : name;
}
