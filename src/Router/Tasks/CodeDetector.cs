using System.Text.RegularExpressions;

namespace Gateway.Router.Tasks;

/// <summary>Which programming language a prompt is about: by a code fence, a file's extension, or its name.</summary>
internal static partial class CodeDetector
{
    private const int ReadCharacters = 2000;

    private static readonly Dictionary<string, string> ByTag = NameList.Parse(
        "python:py,python,python3 javascript:js,javascript,node typescript:ts,typescript "
        + "csharp:cs,c#,csharp cpp:cpp,c++,cc,hpp java:java kotlin:kt,kotlin swift:swift rust:rs,rust "
        + "go:go,golang ruby:rb,ruby php:php sql:sql shell:sh,bash,zsh,shell html:html css:css "
        + "haskell:hs,haskell scala:scala");

    // Words of everyday speech: they count as code only in a fence or as an extension.
    private static readonly HashSet<string> Everyday =
        new(StringComparer.OrdinalIgnoreCase) { "go", "swift", "node", "shell", "css", "cc", "rust", "ruby" };

    /// <summary>The language's lower-case name, or null.</summary>
    internal static string? Detect(string prompt)
    {
        var text = prompt.Length > ReadCharacters ? prompt[..ReadCharacters] : prompt;
        return First(Fence().Matches(text), everyday: true)
            ?? First(Extension().Matches(text), everyday: true)
            ?? First(Name().Matches(text), everyday: false);
    }

    private static string? First(MatchCollection matches, bool everyday)
    {
        foreach (Match match in matches)
        {
            var tag = match.Groups[1].Value;
            if (ByTag.TryGetValue(tag, out var name) && (everyday || !Everyday.Contains(tag)))
            {
                return name;
            }
        }

        return null;
    }

    [GeneratedRegex(@"```\s*([A-Za-z#+0-9]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\w\.([a-z+]{2,4})\b", RegexOptions.NonBacktracking)]
    private static partial Regex Extension();

    [GeneratedRegex(@"\b([A-Za-z]+3|[A-Za-z]+\+\+|[A-Za-z]#|[A-Za-z]{3,})", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
