using System.Text.Json;
using System.Text.Unicode;
using Gateway.Api.Chat;

namespace Gateway.Api.OpenAi;

/// <summary>JSON as this API takes it: one object, UTF-8 without a byte order mark, depth 64, no duplicate members, no
/// lone surrogates, no comments, nothing after the end. What two parsers could read differently is refused here, so
/// that the gateway and a miner cannot disagree about a body (RFC 8259 sections 4, 8 and 9 leave these open).</summary>
internal static class StrictJson
{
    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Strict =
        new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = MaxDepth };

    /// <summary>Parses a request body; dispose the document.</summary>
    /// <exception cref="RefusedException">400 <c>invalid_json</c> or <c>duplicate_key</c>.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span) || HasLoneSurrogate(body.Span))
        {
            throw Invalid("The body is not valid UTF-8, or holds an escape of half a surrogate pair.");
        }

        try
        {
            return RequireObject(JsonDocument.Parse(body, Strict));
        }
        catch (JsonException failure)
        {
            throw Explain(body, failure);
        }
    }

    private static JsonDocument RequireObject(JsonDocument document)
    {
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw Invalid("The body must be a JSON object.");
    }

    // The parser has one exception for both; a body that parses leniently was refused for its duplicates.
    private static RefusedException Explain(ReadOnlyMemory<byte> body, JsonException failure)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Lenient);
            var path = FindDuplicate(document.RootElement, "") ?? "?";
            return new(OpenAiError.Invalid(
                "duplicate_key", $"The member '{path}' stands twice in one JSON object.", path));
        }
        catch (JsonException)
        {
            return Invalid(
                $"The body is not valid JSON: line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}.");
        }
    }

    // As deep as the parser went, 64 at most.
    private static string? FindDuplicate(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Object => FindDuplicateMember(value, path),
        JsonValueKind.Array => value.EnumerateArray()
            .Select((item, i) => FindDuplicate(item, $"{path}[{i}]"))
            .FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static string? FindDuplicateMember(JsonElement value, string path)
    {
        var names = new HashSet<string>();
        foreach (var member in value.EnumerateObject())
        {
            var name = (path.Length == 0 ? "" : path + ".") + FieldReader.Shown(member.Name);
            if (!names.Add(member.Name))
            {
                return name;
            }

            if (FindDuplicate(member.Value, name) is { } inner)
            {
                return inner;
            }
        }

        return null;
    }

    private static RefusedException Invalid(string message) => new(OpenAiError.Invalid("invalid_json", message));

    /// <summary>Whether some \uD800-\uDFFF escape is not half of a high-low pair.</summary>
    private static bool HasLoneSurrogate(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf((byte)'\\'); at >= 0 && at + 1 < text.Length;)
        {
            if (IsSurrogate(text, at, out var isHigh))
            {
                if (!isHigh || !IsSurrogate(text, at + 6, out var nextIsHigh) || nextIsHigh)
                {
                    return true;
                }

                at += 6;
            }

            // Past the escape and its escaped character, so that \\u is not taken for \u.
            at += 2;
            var next = at < text.Length ? text[at..].IndexOf((byte)'\\') : -1;
            at = next < 0 ? -1 : at + next;
        }

        return false;
    }

    private static bool IsSurrogate(ReadOnlySpan<byte> text, int at, out bool isHigh)
    {
        isHigh = false;
        if (at + 6 > text.Length || text[at] != '\\' || text[at + 1] != 'u' || (text[at + 2] | 0x20) != 'd')
        {
            return false;
        }

        isHigh = text[at + 3] is (byte)'8' or (byte)'9' or (byte)'a' or (byte)'A' or (byte)'b' or (byte)'B';
        return isHigh || text[at + 3] is (>= (byte)'c' and <= (byte)'f') or (>= (byte)'C' and <= (byte)'F');
    }
}
