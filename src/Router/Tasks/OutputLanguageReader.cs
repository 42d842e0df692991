using System.Text.RegularExpressions;

namespace Gateway.Router.Tasks;

/// <summary>Which language an answer is asked for in. Only the instruction is read, never the text it is about.
/// </summary>
internal static partial class OutputLanguageReader
{
    // An instruction stands at the beginning or at the end of a prompt.
    private const int ReadCharacters = 300;

    private static readonly Dictionary<string, string> Names = NameList.Parse(
        "en:english,englisch,anglais,inglés,inglese de:german,deutsch,allemand,alemán,tedesco "
        + "fr:french,französisch,français,francés,francese es:spanish,spanisch,espagnol,español,spagnolo "
        + "it:italian,italienisch,italien,italiano "
        + "pt:portuguese,portugiesisch,portugais,portugués,português nl:dutch,nederlands,niederländisch "
        + "sv:swedish,svenska da:danish,dansk pl:polish,polski,polnisch cs:czech tr:turkish,türkçe "
        + "vi:vietnamese id:indonesian ru:russian,russisch,russe uk:ukrainian bg:bulgarian el:greek "
        + "he:hebrew ar:arabic hi:hindi th:thai zh:chinese,mandarin ja:japanese,japanisch ko:korean");

    /// <summary>The language asked for; undecided when nothing is said, or two different ones are.</summary>
    internal static TextLanguage Read(string prompt)
    {
        var found = default(string);
        foreach (var part in Instructions(prompt))
        {
            foreach (Match match in Asked().Matches(part))
            {
                if (Names.TryGetValue(match.Groups[1].Value, out var code))
                {
                    if (found is not null && found != code)
                    {
                        return TextLanguage.Undecided;
                    }

                    found = code;
                }
            }
        }

        return new(found);
    }

    private static IEnumerable<string> Instructions(string prompt)
    {
        var plain = Quoted().Replace(prompt, " ");
        return plain.Length <= 2 * ReadCharacters
            ? [plain]
            : [plain[..ReadCharacters], plain[^ReadCharacters..]];
    }

    [GeneratedRegex(@"(?:\bin|\binto|\bto|\bauf|\bins|\ben|\bin het|\bem|\bpå|\bna|\bpo|\bwith)\s+(\p{L}{4,})",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Asked();

    [GeneratedRegex("```[\\s\\S]*?(```|$)|`[^`]*`|\"[^\"]*\"|“[^”]*”|«[^»]*»")]
    private static partial Regex Quoted();
}
