using System.Text.RegularExpressions;

namespace Gateway.DevNet.Brain;

/// <summary>Capitals of the members of the United Nations, both ways.</summary>
internal sealed partial class CapitalSkill : ISkill
{
    private const int MaxLength = 200;

    private readonly Dictionary<string, Row> _byCountry = [];
    private readonly Dictionary<string, Row> _byCapital = [];

    internal CapitalSkill()
    {
        foreach (var fields in DataFiles.Rows("capitals.csv", ',', skip: 1))
        {
            var row = new Row(fields[0], fields[1]);
            AddNames(_byCountry, row, [row.Country, .. DataFiles.Names(fields, 2)]);
            AddNames(_byCapital, row, [row.Capital, .. DataFiles.Names(fields, 3)]);
        }
    }

    /// <inheritdoc/>
    public string Name => "capitals";

    internal IEnumerable<Row> Rows => _byCountry.Values.Distinct();

    /// <inheritdoc/>
    public Reply? Answer(string sentence)
    {
        if (sentence.Length > MaxLength)
        {
            return null;
        }

        var inverse = Inverse().Match(sentence);
        var direct = Direct().Match(sentence);
        var found = inverse.Success
            ? _byCapital.GetValueOrDefault(Key(inverse.Groups["city"].Value))
            : direct.Success ? _byCountry.GetValueOrDefault(Key(direct.Groups["country"].Value)) : null;
        return found switch
        {
            null => null,
            _ when inverse.Success => new Reply($"{found.Capital} is the capital of {found.Country}."),
            _ => new Reply($"The capital of {found.Country} is {found.Capital}."),
        };
    }

    private static void AddNames(Dictionary<string, Row> index, Row row, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            index[Key(name)] = row;
        }
    }

    private static string Key(string name)
    {
        var key = name.Trim().ToLowerInvariant().Replace('\u2019', '\'').Replace(".", "", StringComparison.Ordinal)
            .Replace(",", "", StringComparison.Ordinal);
        return key.StartsWith("the ", StringComparison.Ordinal) ? key[4..] : key;
    }

    [GeneratedRegex(@"\bcapital(?: city)? of (?<country>.+)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Direct();

    [GeneratedRegex(@"\b(?:which|what) country has (?:the )?capital (?:city )?(?<city>.+)$"
        + @"|^(?:(?:which|what) country is )?(?<city>.+?) (?:is )?the capital(?: city)? of(?: (?:which|what) country)?$"
        + @"|\b(?:which|what) country(?:'s capital is| has its capital at| has its capital in) (?<city>.+)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Inverse();

    /// <summary>A country, with its article where it has one, and its capital.</summary>
    internal sealed record Row(string Country, string Capital);
}
