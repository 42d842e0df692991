using System.Text.RegularExpressions;

namespace Gateway.DevNet.Brain;

/// <summary>What 2,000 common English words mean, after WordNet 3.0.</summary>
internal sealed partial class DefinitionSkill : ISkill
{
    private const int MaxLength = 200;

    private readonly Dictionary<string, (string Part, string Gloss)> _words = [];

    internal DefinitionSkill()
    {
        foreach (var fields in DataFiles.Rows("definitions.tsv", '\t', skip: 0))
        {
            _words.Add(fields[0], (fields[1], fields[2]));
        }
    }

    /// <inheritdoc/>
    public string Name => "word definitions";

    internal int Count => _words.Count;

    /// <inheritdoc/>
    public Reply? Answer(string sentence)
    {
        var match = sentence.Length > MaxLength ? Match.Empty : Asked().Match(sentence);
        var word = match.Groups["word"].Value.ToLowerInvariant();
        return _words.TryGetValue(word, out var entry)
            ? new Reply($"\"{word}\" ({entry.Part}): {entry.Gloss}.")
            : null;
    }

    [GeneratedRegex(@"\b(?:define|what does|what is an?|(?:meaning|definition) of)"
        + @"(?: (?:a|an|the))?(?: (?:word|verb|noun|adjective))? [""'\u201C]?(?<word>[a-z]+)[""'\u201D]?(?: mean)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Asked();
}
