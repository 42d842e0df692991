using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Organization;

/// <summary>The JSON object a management request carries. Every member is known or refused by its name: a misspelt
/// limit that is silently ignored is no limit.</summary>
internal sealed class AdminBody
{
    /// <summary>The longest that is read.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly JsonElement _root;

    private AdminBody(JsonElement root) => _root = root;

    /// <summary>Reads the body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="budget">What bodies in flight may hold.</param>
    /// <param name="names">The members it may have.</param>
    /// <exception cref="RefusedException">400 naming the member, 413, 415.</exception>
    public static async Task<AdminBody> ReadAsync(HttpRequest request, BodyBudget budget, params string[] names)
    {
        using var body = await RequestBody.ReadAsync(request, budget, MaxBytes);
        using var document = StrictJson.Parse(body.Bytes);
        RefuseOthers(document.RootElement, names);
        return new(document.RootElement.Clone());
    }

    /// <summary>Whether a member stands there, be it null: what does not is left as it is.</summary>
    public bool Has(string name) => _root.TryGetProperty(name, out _);

    /// <summary>A member's value; null when it is absent or null.</summary>
    public JsonElement? Find(string name) =>
        _root.TryGetProperty(name, out var value) && !FieldReader.IsAbsent(value) ? value : null;

    /// <summary>A name for people, which must be there.</summary>
    public string RequireName(string name, int most) => OptionalName(name, most) ?? throw FieldReader.Missing(name);

    /// <summary>A name for people: not empty, no control characters; null when absent.</summary>
    public string? OptionalName(string name, int most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var text = FieldReader.Text(value, name, most);
        return text.Length > 0 && !text.Any(char.IsControl)
            ? text
            : throw FieldReader.OutOfRange(name, $"1 to {most} characters without control characters");
    }

    /// <summary>A whole number; null when absent or null.</summary>
    public long? Integer(string name, long least, long most) =>
        Find(name) is { } value ? FieldReader.Integer(value, name, least, most) : null;

    private static void RefuseOthers(JsonElement root, string[] names)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                var shown = Shown(member.Name);
                throw new RefusedException(OpenAiError.Invalid("unknown_parameter",
                    $"'{shown}' is not known here. Known: {string.Join(", ", names)}.", shown));
            }
        }
    }

    // The name comes from outside and goes into an answer: a short piece of it is enough to find it.
    private static string Shown(string name)
    {
        const int Enough = 64;
        return name.Length <= Enough ? name : name[..Enough];
    }
}
