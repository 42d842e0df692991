namespace Gateway.Api.Portal.Sessions;

/// <summary>Where a person goes on after sign-in: a page of the portal, never another site.</summary>
internal static class ReturnPath
{
    /// <summary>Where he goes when nothing better is known.</summary>
    public const string Home = "/overview";

    private const int MaxLength = 2048;

    /// <summary>The path as given when it can only lead to a page of ours, else <see cref="Home"/>.</summary>
    public static string Of(string? path) => IsLocal(path) ? path! : Home;

    // A browser reads a backslash as a slash and drops control characters: //evil hides in either.
    private static bool IsLocal(string? path) =>
        path is { Length: > 1 and <= MaxLength } && path[0] == '/' && path[1] != '/'
        && !path.Contains('\\', StringComparison.Ordinal) && !path.Any(char.IsControl)
        && !path.StartsWith("/v1", StringComparison.OrdinalIgnoreCase)
        && !path.StartsWith("/sign-", StringComparison.OrdinalIgnoreCase);
}
