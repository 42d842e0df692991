namespace Gateway.Router.Tasks;

/// <summary>How much a bucket says: rare features weigh more.</summary>
internal static class InverseFrequency
{
    /// <summary>Before any prompt was seen: every bucket alike.</summary>
    internal static float[] None { get; } = Flat();

    /// <summary><c>ln(1 + n / (1 + df))</c> of each bucket over these prompts.</summary>
    internal static float[] Of(IReadOnlyList<string> prompts)
    {
        var frequency = new int[FeatureBuffer.Buckets];
        var buffer = new FeatureBuffer();
        foreach (var prompt in prompts)
        {
            FeatureHasher.Count(prompt, buffer);
            foreach (var bucket in buffer.Indices)
            {
                frequency[bucket]++;
            }
        }

        return Of(frequency, prompts.Count);
    }

    /// <summary>The same from counts of documents.</summary>
    internal static float[] Of(ReadOnlySpan<int> frequency, int documents)
    {
        var idf = new float[FeatureBuffer.Buckets];
        for (var bucket = 0; bucket < idf.Length; bucket++)
        {
            idf[bucket] = MathF.Log(1 + (documents / (1f + frequency[bucket])));
        }

        return idf;
    }

    private static float[] Flat()
    {
        var flat = new float[FeatureBuffer.Buckets];
        Array.Fill(flat, 1f);
        return flat;
    }
}
