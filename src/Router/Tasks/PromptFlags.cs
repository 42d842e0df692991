namespace Gateway.Router.Tasks;

/// <summary>What kinds of content a request carries.</summary>
[Flags]
internal enum Modality
{
    /// <summary>Text alone.</summary>
    Text = 0,

    /// <summary>An image to be looked at.</summary>
    Image = 1,

    /// <summary>Sound to be listened to.</summary>
    Sound = 2,
}

/// <summary>What a request tells of itself without being understood.</summary>
/// <param name="Modality">What it carries.</param>
/// <param name="HasTools">Whether functions may be called.</param>
/// <param name="HasSchema">Whether the answer must fit a JSON schema.</param>
/// <param name="Turns">Messages so far.</param>
/// <param name="Code">The programming language it is about, or null.</param>
/// <param name="Language">The language it is written in.</param>
/// <param name="OutputLanguage">The language it asks for, when it says so.</param>
internal sealed record PromptFlags(
    Modality Modality, bool HasTools, bool HasSchema, int Turns, string? Code, TextLanguage Language,
    TextLanguage OutputLanguage)
{
    /// <summary>Reads the flags of a text request.</summary>
    internal static PromptFlags Of(string prompt, Modality modality, bool hasTools, bool hasSchema, int turns) => new(
        modality, hasTools, hasSchema, turns, CodeDetector.Detect(prompt), LanguageDetector.Detect(prompt),
        OutputLanguageReader.Read(prompt));
}
