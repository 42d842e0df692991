using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Billing;

/// <summary>One byte sequence for one JSON value: members sorted by their names' UTF-16 units, no blanks, strings as
/// UTF-8 with only the escapes JSON demands (RFC 8785, 3.2.2.2). Numbers are integers; what is signed writes them as
/// decimal strings, so that no reader's number type matters, and what is served writes them as numbers.</summary>
internal static class CanonicalJson
{
    private const string ShortEscapes = "\b\t\n\f\r";
    private const string ShortNames = "btnfr";

    /// <summary>The value's bytes.</summary>
    /// <param name="value">Any value without fractions, exponents or repeated member names.</param>
    /// <param name="numbersAsStrings">True for what is signed.</param>
    /// <exception cref="FormatException">The value has no canonical form.</exception>
    internal static byte[] Write(JsonElement value, bool numbersAsStrings)
    {
        var text = new StringBuilder();
        Append(text, value, numbersAsStrings);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, JsonElement value, bool numbersAsStrings)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value, numbersAsStrings);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                AppendJoined(text, value.EnumerateArray(), item => Append(text, item, numbersAsStrings));
                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendString(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                AppendNumber(text, value.GetRawText(), numbersAsStrings);
                break;
            case JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                text.Append(value.GetRawText());
                break;
            default:
                throw new FormatException("There is no value.");
        }
    }

    private static void AppendObject(StringBuilder text, JsonElement value, bool numbersAsStrings)
    {
        var members = value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).ToList();
        for (var i = 1; i < members.Count; i++)
        {
            if (members[i].Name == members[i - 1].Name)
            {
                throw new FormatException($"The member '{members[i].Name}' stands twice.");
            }
        }

        text.Append('{');
        AppendJoined(text, members, member =>
        {
            AppendString(text, member.Name);
            text.Append(':');
            Append(text, member.Value, numbersAsStrings);
        });
        text.Append('}');
    }

    private static void AppendJoined<T>(StringBuilder text, IEnumerable<T> items, Action<T> append)
    {
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            append(item);
        }
    }

    private static void AppendNumber(StringBuilder text, string raw, bool numbersAsStrings)
    {
        if (!Int128.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) || raw == "-0")
        {
            throw new FormatException($"{raw} is not an integer.");
        }

        text.Append(numbersAsStrings ? $"\"{raw}\"" : raw);
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var unit in value)
        {
            var name = ShortEscapes.IndexOf(unit, StringComparison.Ordinal);
            _ = unit switch
            {
                '"' or '\\' => text.Append('\\').Append(unit),
                _ when name >= 0 => text.Append('\\').Append(ShortNames[name]),
                < ' ' => text.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(unit),
            };
        }

        text.Append('"');
    }
}
