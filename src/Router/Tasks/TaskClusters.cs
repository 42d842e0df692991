using System.Numerics;
using System.Runtime.InteropServices;

namespace Gateway.Router.Tasks;

/// <summary>Kinds of work, found without labels: the centroids of spherical k-means over hashed prompts. Immutable.
/// </summary>
internal sealed class TaskClusters
{
    /// <summary>The most clusters; fewer when there are few prompts.</summary>
    internal const int Most = 32;

    /// <summary>Below this cosine to every centroid a prompt is like nothing seen.</summary>
    internal const float LeastCosine = 0.05f;

    // Feature-major, so that one feature of a prompt meets all centroids in a few vector instructions.
    private readonly float[] _byFeature;

    internal TaskClusters(int count, float[] byFeature, float[] idf)
    {
        Count = count;
        Idf = idf;
        _byFeature = byFeature;
    }

    /// <summary>Before anything was seen: every prompt is average.</summary>
    internal static TaskClusters None { get; } = new(0, new float[FeatureBuffer.Buckets * Most], InverseFrequency.None);

    /// <summary>How many clusters there are, 0 to <see cref="Most"/>.</summary>
    internal int Count { get; }

    /// <summary>The weight of each bucket, fitted with the centroids.</summary>
    internal float[] Idf { get; }

    /// <summary>The centroids, <c>[buckets, Most]</c>.</summary>
    internal ReadOnlySpan<float> ByFeature => _byFeature;

    /// <summary>Hashes, weighs and places a prompt. Allocates nothing.</summary>
    /// <param name="prompt">The last user turn.</param>
    /// <param name="features">Keeps the prompt's features until it is used again.</param>
    internal TaskMix Place(ReadOnlySpan<char> prompt, FeatureBuffer features)
    {
        FeatureHasher.Count(prompt, features);
        features.Weigh(Idf);
        return Mix(features.Indices, features.Weights);
    }

    /// <summary>The four nearest clusters, weighted by the eighth power of the cosine.</summary>
    internal TaskMix Mix(ReadOnlySpan<ushort> indices, ReadOnlySpan<float> weights)
    {
        Span<float> cosines = stackalloc float[Most];
        Cosines(indices, weights, cosines);
        var mix = default(TaskMix);
        for (var part = 0; part < Math.Min(TaskMix.Parts, Count); part++)
        {
            var best = Best(cosines[..Count]);
            var cosine = cosines[best];
            if (cosine < LeastCosine)
            {
                break;
            }

            mix.Add(best, Sharpen(cosine));
            cosines[best] = float.NegativeInfinity;
        }

        mix.Normalize();
        return mix;
    }

    /// <summary>The cosine of a unit vector to every centroid.</summary>
    internal void Cosines(ReadOnlySpan<ushort> indices, ReadOnlySpan<float> weights, Span<float> cosines)
    {
        cosines.Clear();
        var sums = MemoryMarshal.Cast<float, Vector<float>>(cosines);
        for (var i = 0; i < indices.Length; i++)
        {
            var row = MemoryMarshal.Cast<float, Vector<float>>(_byFeature.AsSpan(indices[i] * Most, Most));
            var weight = new Vector<float>(weights[i]);
            for (var lane = 0; lane < sums.Length; lane++)
            {
                sums[lane] += row[lane] * weight;
            }
        }
    }

    /// <summary>The same clusters, each with the number of the nearest earlier one that no nearer cluster took.
    /// </summary>
    internal TaskClusters NumberedLike(TaskClusters before)
    {
        var pairs = from own in Enumerable.Range(0, Count)
                    from old in Enumerable.Range(0, Most)
                    let cosine = old < before.Count ? CosineTo(own, before, old) : 0
                    orderby cosine descending, own, old
                    select (own, old);
        var places = new int[Count];
        Array.Fill(places, -1);
        var taken = new bool[Most];
        foreach (var (own, old) in pairs)
        {
            // Numbers stay dense: with fewer clusters than before the surplus numbers are out of use.
            if (places[own] < 0 && !taken[old] && old < Count)
            {
                places[own] = old;
                taken[old] = true;
            }
        }

        return Permuted(places);
    }

    private TaskClusters Permuted(int[] places)
    {
        var byFeature = new float[_byFeature.Length];
        for (var at = 0; at < byFeature.Length; at += Most)
        {
            for (var own = 0; own < Count; own++)
            {
                byFeature[at + places[own]] = _byFeature[at + own];
            }
        }

        return new(Count, byFeature, Idf);
    }

    // Between centroids of this fit and another: the buckets are the same, their weights nearly so.
    private float CosineTo(int own, TaskClusters other, int others)
    {
        var sum = 0f;
        for (var at = 0; at < _byFeature.Length; at += Most)
        {
            sum += _byFeature[at + own] * other._byFeature[at + others];
        }

        return sum;
    }

    // The square, as first designed, spreads a prompt so wide that clusters blur: on held-out rows the eighth power
    // closed about twice as much of the gap to the oracle.
    private static float Sharpen(float cosine)
    {
        var square = cosine * cosine;
        return square * square * square * square;
    }

    private static int Best(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
