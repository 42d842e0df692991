using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.ChainBridge.Dialects;

/// <summary>JSON values as Python's <c>str()</c> prints them: what bittensor's Synapse hashes. Numbers with a fraction
/// are refused, since both languages print some of them differently.</summary>
internal static class PythonText
{
    private const int FirstPrintable = 0x20;
    private const int Delete = 0x7f;

    /// <exception cref="ArgumentException">A number that is no integer.</exception>
    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        if (value.ValueKind == JsonValueKind.String)
        {
            text.Append(value.GetString());
        }
        else
        {
            Write(text, value);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                WriteQuoted(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Integer(value));
                break;
            case JsonValueKind.Array:
                text.Append('[').Append(Join(value.EnumerateArray(), Write)).Append(']');
                break;
            case JsonValueKind.Object:
                text.Append('{').Append(Join(value.EnumerateObject(), WriteMember)).Append('}');
                break;
            default:
                text.Append(value.ValueKind switch
                {
                    JsonValueKind.True => "True",
                    JsonValueKind.False => "False",
                    _ => "None",
                });
                break;
        }
    }

    private static string Integer(JsonElement value)
    {
        var digits = value.GetRawText();
        return digits.AsSpan().ContainsAny('.', 'e', 'E')
            ? throw new ArgumentException("Only whole numbers can be signed in the dialect dendrite.", nameof(value))
            : digits == "-0" ? "0" : digits;
    }

    private static void WriteMember(StringBuilder text, JsonProperty member)
    {
        WriteQuoted(text, member.Name);
        text.Append(": ");
        Write(text, member.Value);
    }

    private static StringBuilder Join<T>(IEnumerable<T> items, Action<StringBuilder, T> write)
    {
        var joined = new StringBuilder();
        foreach (var item in items)
        {
            joined.Append(joined.Length > 0 ? ", " : "");
            write(joined, item);
        }

        return joined;
    }

    // Double quotes only where single ones stand inside and double ones do not, as CPython's unicode_repr chooses.
    private static void WriteQuoted(StringBuilder text, string value)
    {
        var quote = value.Contains('\'', StringComparison.Ordinal) && !value.Contains('"', StringComparison.Ordinal)
            ? '"'
            : '\'';
        text.Append(quote);
        foreach (var rune in value.EnumerateRunes())
        {
            WriteRune(text, rune, quote);
        }

        text.Append(quote);
    }

    private static void WriteRune(StringBuilder text, Rune rune, char quote)
    {
        var escape = rune.Value switch
        {
            '\\' => @"\\",
            '\n' => @"\n",
            '\r' => @"\r",
            '\t' => @"\t",
            _ when rune.Value == quote => $@"\{quote}",
            _ when IsPrintable(rune) => rune.ToString(),
            <= 0xff => string.Create(CultureInfo.InvariantCulture, $@"\x{rune.Value:x2}"),
            <= 0xffff => string.Create(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}"),
            _ => string.Create(CultureInfo.InvariantCulture, $@"\U{rune.Value:x8}"),
        };
        text.Append(escape);
    }

    // str.isprintable: no control, format, surrogate, private or unassigned character, and of the separators the blank.
    private static bool IsPrintable(Rune rune) => rune.Value is ' '
        || (rune.Value is >= FirstPrintable and not Delete && Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
}
