namespace Gateway.Router.Tasks;

/// <summary>Spherical k-means (Dhillon, Modha 2001) with seeding by distance (Arthur, Vassilvitskii 2007).</summary>
internal static class ClusterFit
{
    private const int Rounds = 12;

    // A cluster of fewer prompts than this on average says more about chance than about kinds of work.
    private const int LeastRowsEach = 8;

    /// <summary>Finds clusters; the same rows and key always give the same.</summary>
    /// <param name="rows">Prompts, weighed by <paramref name="idf"/>.</param>
    /// <param name="idf">The weights of the buckets, kept with the clusters.</param>
    /// <param name="key">Seeds the first centroids.</param>
    internal static TaskClusters Fit(FeatureMatrix rows, float[] idf, ulong key)
    {
        var count = Math.Min(TaskClusters.Most, rows.Rows / LeastRowsEach);
        if (count == 0)
        {
            return new(0, new float[FeatureBuffer.Buckets * TaskClusters.Most], idf);
        }

        var random = new KeyedRandom(key);
        var clusters = Seed(rows, idf, count, ref random);
        var nearest = new int[rows.Rows];
        for (var round = 0; round < Rounds; round++)
        {
            if (!Assign(clusters, rows, nearest))
            {
                break;
            }

            clusters = Recenter(rows, idf, count, nearest);
        }

        return clusters;
    }

    private static TaskClusters Seed(FeatureMatrix rows, float[] idf, int count, ref KeyedRandom random)
    {
        var centroids = new float[FeatureBuffer.Buckets * TaskClusters.Most];
        var distance = new float[rows.Rows];
        Array.Fill(distance, 1f);
        var dense = new float[FeatureBuffer.Buckets];
        for (var cluster = 0; cluster < count; cluster++)
        {
            var chosen = Draw(distance, ref random);
            Scatter(rows, chosen, dense);
            for (var bucket = 0; bucket < dense.Length; bucket++)
            {
                centroids[(bucket * TaskClusters.Most) + cluster] = dense[bucket];
            }

            for (var row = 0; row < distance.Length; row++)
            {
                distance[row] = Math.Min(distance[row], Math.Max(0, 1 - Dot(rows, row, dense)));
            }
        }

        return new(count, centroids, idf);
    }

    private static int Draw(ReadOnlySpan<float> weights, ref KeyedRandom random)
    {
        var total = 0.0;
        foreach (var weight in weights)
        {
            total += weight * weight;
        }

        var left = random.NextUnit() * total;
        for (var i = 0; i < weights.Length; i++)
        {
            left -= weights[i] * weights[i];
            if (left < 0)
            {
                return i;
            }
        }

        return weights.Length - 1;
    }

    private static void Scatter(FeatureMatrix rows, int row, float[] dense)
    {
        Array.Clear(dense);
        var range = rows.Row(row);
        var indices = rows.AllIndices[range];
        var weights = rows.AllWeights[range];
        for (var i = 0; i < indices.Length; i++)
        {
            dense[indices[i]] = weights[i];
        }
    }

    private static float Dot(FeatureMatrix rows, int row, float[] dense)
    {
        var range = rows.Row(row);
        var indices = rows.AllIndices[range];
        var weights = rows.AllWeights[range];
        var sum = 0f;
        for (var i = 0; i < indices.Length; i++)
        {
            sum += dense[indices[i]] * weights[i];
        }

        return sum;
    }

    private static bool Assign(TaskClusters clusters, FeatureMatrix rows, int[] nearest)
    {
        Span<float> cosines = stackalloc float[TaskClusters.Most];
        var moved = false;
        for (var row = 0; row < nearest.Length; row++)
        {
            var range = rows.Row(row);
            clusters.Cosines(rows.AllIndices[range], rows.AllWeights[range], cosines);
            var best = 0;
            for (var i = 1; i < clusters.Count; i++)
            {
                best = cosines[i] > cosines[best] ? i : best;
            }

            moved |= nearest[row] != best;
            nearest[row] = best;
        }

        return moved;
    }

    private static TaskClusters Recenter(FeatureMatrix rows, float[] idf, int count, ReadOnlySpan<int> nearest)
    {
        var centroids = new float[FeatureBuffer.Buckets * TaskClusters.Most];
        var indices = rows.AllIndices;
        var weights = rows.AllWeights;
        for (var row = 0; row < nearest.Length; row++)
        {
            var (start, length) = rows.Row(row).GetOffsetAndLength(indices.Length);
            for (var i = start; i < start + length; i++)
            {
                centroids[(indices[i] * TaskClusters.Most) + nearest[row]] += weights[i];
            }
        }

        Normalize(centroids, count);
        return new(count, centroids, idf);
    }

    private static void Normalize(float[] centroids, int count)
    {
        for (var cluster = 0; cluster < count; cluster++)
        {
            var square = 0.0;
            for (var at = cluster; at < centroids.Length; at += TaskClusters.Most)
            {
                square += (double)centroids[at] * centroids[at];
            }

            var scale = square > 0 ? (float)(1 / Math.Sqrt(square)) : 0;
            for (var at = cluster; at < centroids.Length; at += TaskClusters.Most)
            {
                centroids[at] *= scale;
            }
        }
    }
}
