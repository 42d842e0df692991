namespace Gateway.Api.Access;

/// <summary>What an API key may do.</summary>
[Flags]
internal enum KeyScopes
{
    None = 0,

    /// <summary><c>inference</c>: call models, and read this key, its organisation's credit and receipts.</summary>
    Inference = 1,

    /// <summary><c>models.read</c>: list models and prices.</summary>
    ModelsRead = 2,

    /// <summary><c>usage.read</c>: read its organisation's usage, costs and proof of reserves, without calling
    /// models.</summary>
    UsageRead = 4,
}

/// <summary>Words that stand for values in the store and in the API.</summary>
internal static class KeyScopesText
{
    private static readonly (KeyScopes Scope, string Name)[] Names =
    [
        (KeyScopes.Inference, "inference"), (KeyScopes.ModelsRead, "models.read"), (KeyScopes.UsageRead, "usage.read"),
    ];

    /// <summary>What a key has when nobody says.</summary>
    public const KeyScopes Default = KeyScopes.Inference | KeyScopes.ModelsRead;

    /// <summary>All names, for messages.</summary>
    public static string Allowed => string.Join(", ", Names.Select(pair => pair.Name));

    public static KeyScopes? One(string name) =>
        Names.FirstOrDefault(pair => pair.Name == name).Scope is var scope and not KeyScopes.None ? scope : null;

    public static IEnumerable<string> ToNames(this KeyScopes scopes) =>
        from pair in Names
        where (scopes & pair.Scope) != 0
        select pair.Name;

    public static string ToText(this KeyScopes scopes) => string.Join(' ', scopes.ToNames());

    public static KeyScopes Parse(string text) => text
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(KeyScopes.None, (all, name) => all | One(name).GetValueOrDefault());
}
