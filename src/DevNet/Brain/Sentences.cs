using System.Text.RegularExpressions;

namespace Gateway.DevNet.Brain;

/// <summary>Finds the sentences of a prompt that may hold its question.</summary>
internal static partial class Sentences
{
    /// <summary>A longer prompt is not read: cutting it could change what it asks.</summary>
    internal const int MaxLength = 32_768;

    private const int MaxSentences = 4;

    /// <summary>The whole prompt, then its last sentences, the last first, since a question usually stands at the end
    /// or just before how to answer it.</summary>
    internal static IEnumerable<string> Of(string prompt)
    {
        if (prompt.Length > MaxLength)
        {
            return [];
        }

        var sentences = Break().Split(prompt);
        return sentences.Reverse().Take(MaxSentences).Prepend(prompt)
            .Select(Clean).Where(text => text.Length > 0).Distinct();
    }

    private static string Clean(string text)
    {
        var bare = text.Trim().TrimEnd('?', '.', '!', ' ');
        return bare.EndsWith("please", StringComparison.OrdinalIgnoreCase) ? bare[..^6].TrimEnd(',', ' ') : bare;
    }

    [GeneratedRegex(@"(?<=[.?!])\s+|[\r\n]+", RegexOptions.CultureInvariant)]
    private static partial Regex Break();
}
