namespace Gateway.Router.Tasks;

/// <summary>A language of people, by its ISO 639-1 code.</summary>
/// <param name="Code">Two lower-case letters; null means undecided.</param>
internal readonly record struct TextLanguage(string? Code)
{
    /// <summary>Not told, or not to be told with certainty: no language is filtered, none preferred.</summary>
    internal static TextLanguage Undecided => default;

    /// <summary>Whether it is one language.</summary>
    internal bool IsDecided => Code is not null;
}
