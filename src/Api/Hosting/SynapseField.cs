using System.Text.Json;

namespace Gateway.Api.Hosting;

/// <summary>A field of a Synapse and what of a chat request it holds.</summary>
/// <param name="Name">The field.</param>
/// <param name="Source">One of <see cref="Sources"/>, or <c>json:</c> and a value that is always the same.</param>
internal sealed record SynapseField(string Name, string Source)
{
    /// <summary>What a field can hold: roles and texts of all messages as lists, the text of the last one, or a member
    /// of the request as it is.</summary>
    public static readonly IReadOnlyList<string> Sources =
        ["roles", "contents", "prompt", "messages", "model", "max_tokens", "seed", "stop", "temperature", "top_p"];

    private const string Literal = "json:";
    private const int MostLetters = 64;

    // What Python and JSON may print differently, so that nobody could sign it.
    private static readonly string[] Fractions = ["temperature", "top_p"];

    /// <summary>The value that is always the same; null where the request says it.</summary>
    public string? Constant => Source.StartsWith(Literal, StringComparison.Ordinal) ? Source[Literal.Length..] : null;

    /// <summary>Whether its value can be hashed as Python prints it.</summary>
    public bool CanBeHashed => Constant is { } json
        ? !json.AsSpan().ContainsAny('.', 'e', 'E') || json.StartsWith('"')
        : !Fractions.Contains(Source);

    /// <summary>Reads <c>field=source</c>; null where it is no such text.</summary>
    public static SynapseField? Parse(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        var field = at > 0 ? new SynapseField(text[..at].Trim(), text[(at + 1)..].Trim()) : null;
        return field is not null && IsName(field.Name) && (Sources.Contains(field.Source) || IsJson(field.Constant))
            ? field
            : null;
    }

    /// <summary>Whether a text is a name in Python.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MostLetters && !char.IsAsciiDigit(text[0])
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static bool IsJson(string? text)
    {
        try
        {
            return text is not null && JsonDocument.Parse(text) is { } document && Close(document);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Close(JsonDocument document)
    {
        document.Dispose();
        return true;
    }
}
