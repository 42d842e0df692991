namespace Gateway.Bench.Route;

/// <summary>Edits that change nothing about a prompt should change nothing about its route.</summary>
internal static class SameBench
{
    private const double TypoShare = 0.01;

    public static void Measure(Matrix matrix, int seed)
    {
        var split = Split.Of(matrix, seed);
        var gate = FittedGate.Fit(split.Fit, matrix.Models.Count, prices: null);
        var random = new Random(seed);
        var edits = new (string Name, Func<string, string> Edit)[]
        {
            ("case", prompt => prompt.ToUpperInvariant()),
            ("blanks", prompt => prompt.Replace(" ", "  ", StringComparison.Ordinal)),
            ("typos", prompt => Typos(prompt, random)),
            ("polite", prompt => "Hello, could you please help me with this? " + prompt),
        };
        foreach (var (name, edit) in edits)
        {
            var same = split.Test.Count(row => gate.Choose(row.Prompt, 0) == gate.Choose(edit(row.Prompt), 0));
            Measures.Write("route.same_choice", 100.0 * same / split.Test.Count, "%",
                ("pool", matrix.Pool), ("seed", seed), ("edit", name));
        }
    }

    private static string Typos(string prompt, Random random)
    {
        var letters = prompt.ToCharArray();
        for (var i = 0; i < letters.Length; i++)
        {
            if (char.IsAsciiLetter(letters[i]) && random.NextDouble() < TypoShare)
            {
                letters[i] = (char)('a' + random.Next(26));
            }
        }

        return new(letters);
    }
}
