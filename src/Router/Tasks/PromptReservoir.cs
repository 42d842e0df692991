namespace Gateway.Router.Tasks;

/// <summary>An even sample of the prompts seen, as hashed counts in memory: enough to find clusters, not to read
/// anything back. Algorithm R (Vitter 1985). One thread.</summary>
/// <param name="key">Seeds which prompts stay.</param>
internal sealed class PromptReservoir(ulong key)
{
    /// <summary>Prompts kept.</summary>
    internal const int Capacity = 2000;

    private readonly List<(ushort[] Indices, byte[] Counts)> _kept = [];
    private KeyedRandom _random = new(key);

    /// <summary>How many prompts were ever offered.</summary>
    internal long Seen { get; private set; }

    /// <summary>Offers a prompt's counts.</summary>
    internal void Offer(FeatureBuffer features)
    {
        Seen++;
        if (_kept.Count < Capacity)
        {
            _kept.Add(features.Copy());
            return;
        }

        var place = _random.NextUnit() * Seen;
        if (place < Capacity)
        {
            _kept[(int)place] = features.Copy();
        }
    }

    /// <summary>Finds clusters in the sample, numbered like the nearest ones of before so that statistics stay with
    /// their kind of work.</summary>
    /// <param name="before">The clusters in force.</param>
    /// <param name="key">Seeds the first centroids.</param>
    internal TaskClusters Fit(TaskClusters before, ulong key)
    {
        var frequency = new int[FeatureBuffer.Buckets];
        foreach (var bucket in _kept.SelectMany(prompt => prompt.Indices))
        {
            frequency[bucket]++;
        }

        var idf = InverseFrequency.Of(frequency, Math.Max(1, _kept.Count));
        var rows = new FeatureMatrix();
        var buffer = new FeatureBuffer();
        foreach (var (indices, counts) in _kept)
        {
            buffer.Load(indices, counts);
            buffer.Weigh(idf);
            rows.Add(buffer);
        }

        return ClusterFit.Fit(rows, idf, key).NumberedLike(before);
    }
}
