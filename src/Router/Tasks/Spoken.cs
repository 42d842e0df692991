namespace Gateway.Router.Tasks;

/// <summary>Which languages an expert must know for a request.</summary>
/// <param name="Text">The one it is written in.</param>
/// <param name="Output">The one it asks for, when it says so.</param>
internal readonly record struct Spoken(TextLanguage Text, TextLanguage Output)
{
    /// <summary>Nothing is known, and nobody is turned away for it.</summary>
    internal static Spoken Undecided => default;

    /// <summary>Whether any language is known.</summary>
    internal bool IsDecided => Text.IsDecided || Output.IsDecided;

    /// <summary>Reads a request's text; costs tens of microseconds.</summary>
    internal static Spoken Of(string text) => new(LanguageDetector.Detect(text), OutputLanguageReader.Read(text));

    /// <summary>Whether somebody who knows one language alone can serve it, as far as can be told.</summary>
    internal bool IsOnly(string language) => Fits(Text, language) && Fits(Output, language);

    /// <summary>The languages by their codes, or that they are undecided.</summary>
    public override string ToString() => (Text.Code, Output.Code) switch
    {
        (null, null) => "undecided",
        ({ } text, { } output) when text != output => $"{text},{output}",
        var (text, output) => (text ?? output)!,
    };

    private static bool Fits(TextLanguage wanted, string known) => !wanted.IsDecided || wanted.Code == known;
}
