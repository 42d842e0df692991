using System.Globalization;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>Lists by OpenAI's convention: <c>after</c> is the last id of the page before, <c>limit</c> 1 to
/// 100.</summary>
internal static class Paging
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    /// <exception cref="RefusedException">400: not a number in range.</exception>
    public static int Limit(HttpRequest request)
    {
        if (!request.Query.TryGetValue("limit", out var text))
        {
            return DefaultLimit;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= MaxLimit
            ? limit
            : throw FieldReader.OutOfRange("limit", $"a whole number, 1 to {MaxLimit}");
    }

    /// <summary>Whether <c>order</c> asks for the oldest first; the newest are when it is absent.</summary>
    /// <exception cref="RefusedException">400: neither asc nor desc.</exception>
    public static bool OldestFirst(HttpRequest request) => request.Query["order"].ToString() switch
    {
        "" or "desc" => false,
        "asc" => true,
        _ => throw FieldReader.OutOfRange("order", "asc, desc"),
    };

    /// <summary>The text of <c>after</c>, or null.</summary>
    public static string? After(HttpRequest request) =>
        request.Query["after"].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>The id in <c>after</c>, or null.</summary>
    /// <exception cref="RefusedException">400: no such id.</exception>
    public static Guid? After(HttpRequest request, Func<Guid, string> format) => After(request) is { } text
        ? ObjectIds.Parse(text, format) ?? throw FieldReader.OutOfRange("after", "the last id of the page before")
        : null;

    /// <summary>The key in <c>after</c>, or null.</summary>
    /// <exception cref="RefusedException">400: no key's id.</exception>
    public static KeyId? AfterKey(HttpRequest request)
    {
        if (After(request) is not { } text)
        {
            return null;
        }

        return KeyId.TryParse(text, out var id) ? id : throw FieldReader.OutOfRange("after", "a key's id");
    }

    /// <summary>Refuses query members that do nothing here.</summary>
    public static void RefuseOthers(HttpRequest request, params ReadOnlySpan<string> names)
    {
        foreach (var name in request.Query.Keys)
        {
            if (!names.Contains(name))
            {
                var known = names.IsEmpty ? "none" : string.Join(", ", names);
                var shown = FieldReader.Shown(name);
                throw new RefusedException(OpenAiError.Invalid("unknown_parameter",
                    $"The query's '{shown}' is not known here. Known: {known}.", shown));
            }
        }
    }

    /// <summary>Writes a list of which one more row was read than is shown.</summary>
    public static Task WriteAsync<T>(
        HttpContext context, IReadOnlyList<T> rows, int limit, Func<T, string> id, Action<Utf8JsonWriter, T> write)
    {
        var shown = rows.Take(limit).ToList();
        return JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var row in shown)
            {
                write(writer, row);
            }

            writer.WriteEndArray();
            writer.WriteString("first_id"u8, shown.Count > 0 ? id(shown[0]) : null);
            writer.WriteString("last_id"u8, shown.Count > 0 ? id(shown[^1]) : null);
            writer.WriteBoolean("has_more"u8, rows.Count > limit);
            writer.WriteEndObject();
        });
    }
}
