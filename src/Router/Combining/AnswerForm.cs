using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Router.Combining;

/// <summary>Brings closed answers to one form, so that equal answers count as equal: a letter, a number, JSON, or short
/// text.</summary>
internal static class AnswerForm
{
    private const string Box = "\\boxed{";
    private const int LongestText = 200;

    private static readonly string[] Leads = ["the final answer is", "the answer is", "final answer:", "answer:"];

    /// <summary>The answer's form, or null when there is none: empty, or too long to be a closed answer.</summary>
    internal static string? Of(string answer)
    {
        var text = Core(answer).Trim().TrimEnd('.', '!').Trim('*', '`', '"', '\'', '$', ' ');
        if (text.Length == 0)
        {
            return null;
        }

        return Letter(text) ?? Number(text) ?? Json(text) ?? (text.Length <= LongestText ? Folded(text) : null);
    }

    // What a model boxes, or says after "the answer is", is its answer; the rest is how it came to it.
    private static string Core(string answer)
    {
        var box = answer.LastIndexOf(Box, StringComparison.Ordinal);
        if (box >= 0)
        {
            return Boxed(answer.AsSpan(box + Box.Length));
        }

        foreach (var lead in Leads)
        {
            var at = answer.LastIndexOf(lead, StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
            {
                var rest = answer[(at + lead.Length)..].TrimStart(' ', ':');
                return rest.Split('\n', 2)[0];
            }
        }

        return answer;
    }

    private static string Boxed(ReadOnlySpan<char> rest)
    {
        var depth = 1;
        for (var i = 0; i < rest.Length; i++)
        {
            depth += rest[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return rest[..i].ToString();
            }
        }

        return rest.ToString();
    }

    // "B", "(b)", "B) because ..." and "B." are the same letter.
    private static string? Letter(string text)
    {
        var rest = text.StartsWith('(') ? text.AsSpan(1) : text;
        var isLetter = rest.Length > 0 && char.IsAsciiLetter(rest[0])
            && (rest.Length == 1 || rest[1] is ')' or '.' or ':');
        return isLetter ? char.ToUpperInvariant(rest[0]).ToString() : null;
    }

    private static string? Number(string text)
    {
        var plain = text.Replace(",", "", StringComparison.Ordinal).Replace("\\$", "", StringComparison.Ordinal);
        var isPercent = plain.EndsWith('%');
        plain = plain.TrimEnd('%').Trim('$', ' ');
        if (!decimal.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var form = number == 0 ? "0" : number.ToString("0.############################", CultureInfo.InvariantCulture);
        return isPercent ? form + "%" : form;
    }

    private static string? Json(string text)
    {
        if (text[0] is not ('{' or '['))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            var form = new StringBuilder();
            Write(document.RootElement, form);
            return form.ToString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Members in the order of their names: their order says nothing.
    private static void Write(JsonElement element, StringBuilder form)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            form.Append('{');
            foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
            {
                form.Append(JsonSerializer.Serialize(member.Name)).Append(':');
                Write(member.Value, form);
                form.Append(',');
            }

            form.Append('}');
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            form.Append('[');
            foreach (var item in element.EnumerateArray())
            {
                Write(item, form);
                form.Append(',');
            }

            form.Append(']');
        }
        else
        {
            form.Append(Scalar(element));
        }
    }

    private static string Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => Number(element.GetRawText()) ?? element.GetRawText(),
        JsonValueKind.String => JsonSerializer.Serialize(element.GetString()),
        _ => element.GetRawText(),
    };

    private static string Folded(string text) =>
        string.Join(' ', text.ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
