namespace Gateway.DevNet.Brain;

/// <summary>The two models of the simulator that read words and know nothing of their meaning. Demo models: they show
/// that requests are served, not what they should be answered with.</summary>
internal static class WordModels
{
    /// <summary>Numbers of a vector, and the most that can be asked for.</summary>
    internal const int Dimensions = 256;

    // As in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
    private const double Saturation = 1.2;
    private const double LengthShare = 0.75;

    /// <summary>A text as a vector of length 1: each word is hashed to a place and a sign, and counted there (feature
    /// hashing).</summary>
    internal static float[] Embed(IEnumerable<string> words, int dimensions)
    {
        var vector = new double[dimensions];
        foreach (var word in words)
        {
            var hash = HashOf(word);
            vector[(int)(hash % (ulong)dimensions)] += (hash >> 63) == 0 ? 1 : -1;
        }

        var length = Math.Sqrt(vector.Sum(number => number * number));
        if (length == 0)
        {
            // A text without words, or whose words cancel out, still has a direction.
            vector[0] = length = 1;
        }

        return Array.ConvertAll(vector, number => (float)(number / length));
    }

    /// <summary>What each document has to do with the query, by BM25 over the documents given.</summary>
    internal static double[] Score(string query, IReadOnlyList<string> documents)
    {
        var texts = documents.Select(document => Words(document).CountBy(word => word).ToDictionary()).ToArray();
        var lengths = Array.ConvertAll(texts, text => (double)text.Values.Sum());
        var usual = Math.Max(lengths.Average(), 1);
        var scores = new double[texts.Length];
        foreach (var word in Words(query).Distinct())
        {
            var found = texts.Count(text => text.ContainsKey(word));
            var rarity = Math.Log(1 + ((texts.Length - found + 0.5) / (found + 0.5)));
            for (var i = 0; i < texts.Length; i++)
            {
                var count = texts[i].GetValueOrDefault(word);
                scores[i] += rarity * count * (Saturation + 1)
                    / (count + (Saturation * (1 - LengthShare + (LengthShare * lengths[i] / usual))));
            }
        }

        return scores;
    }

    /// <summary>Runs of letters and digits, in lower case.</summary>
    internal static IEnumerable<string> Words(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && char.IsLetterOrDigit(text[end]))
            {
                end++;
            }

            if (end > start)
            {
                yield return text[start..end].ToLowerInvariant();
            }

            start = end + 1;
        }
    }

    // FNV-1a, 64 bits (draft-eastlake-fnv), and its bits mixed, since only a few of them choose the place.
    private static ulong HashOf(string word)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in word)
        {
            hash = unchecked((hash ^ letter) * 1099511628211UL);
        }

        return unchecked((hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9UL);
    }
}
