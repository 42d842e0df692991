namespace Gateway.Router.Tasks;

/// <summary>The hashed features of one prompt: a sparse vector of unit length over <see cref="Buckets"/> buckets. Used
/// again for the next prompt, so that a decision allocates nothing; one thread at a time.</summary>
internal sealed class FeatureBuffer
{
    /// <summary>Buckets that features are hashed into.</summary>
    internal const int Buckets = 4096;

    // Beyond this a repeated feature says nothing new.
    private const int MostCounted = 63;

    private static readonly float[] Damped = CreateDamped();

    private readonly byte[] _counts = new byte[Buckets];
    private readonly ushort[] _touched = new ushort[Buckets];
    private readonly float[] _weights = new float[Buckets];

    /// <summary>How many buckets are not zero.</summary>
    internal int Count { get; private set; }

    /// <summary>The buckets that are not zero, in the order of their first sight.</summary>
    internal ReadOnlySpan<ushort> Indices => _touched.AsSpan(0, Count);

    /// <summary>Their weights, after <see cref="Weigh"/>.</summary>
    internal ReadOnlySpan<float> Weights => _weights.AsSpan(0, Count);

    /// <summary>Forgets the last prompt.</summary>
    internal void Clear()
    {
        foreach (var bucket in Indices)
        {
            _counts[bucket] = 0;
        }

        Count = 0;
    }

    /// <summary>Counts one feature by its hash, whose upper bits choose the bucket.</summary>
    internal void Add(uint hash)
    {
        var bucket = hash >> 20;
        ref var count = ref _counts[bucket];
        if (count == 0)
        {
            _touched[Count++] = unchecked((ushort)bucket);
        }

        if (count < MostCounted)
        {
            count = unchecked((byte)(count + 1));
        }
    }

    /// <summary>The counts, to be kept.</summary>
    internal (ushort[] Indices, byte[] Counts) Copy()
    {
        var counts = new byte[Count];
        for (var i = 0; i < Count; i++)
        {
            counts[i] = _counts[_touched[i]];
        }

        return (Indices.ToArray(), counts);
    }

    /// <summary>Replaces the content by counts that were kept.</summary>
    internal void Load(ReadOnlySpan<ushort> indices, ReadOnlySpan<byte> counts)
    {
        Clear();
        indices.CopyTo(_touched);
        Count = indices.Length;
        for (var i = 0; i < Count; i++)
        {
            _counts[indices[i]] = counts[i];
        }
    }

    /// <summary>Turns counts into damped tf-idf weights of unit length.</summary>
    /// <param name="idf">A weight for each bucket.</param>
    internal void Weigh(ReadOnlySpan<float> idf)
    {
        var square = 0f;
        for (var i = 0; i < Count; i++)
        {
            var bucket = _touched[i];
            var weight = Damped[_counts[bucket]] * idf[bucket];
            _weights[i] = weight;
            square += weight * weight;
        }

        var scale = square > 0 ? 1 / MathF.Sqrt(square) : 0;
        foreach (ref var weight in _weights.AsSpan(0, Count))
        {
            weight *= scale;
        }
    }

    private static float[] CreateDamped()
    {
        var damped = new float[MostCounted + 1];
        for (var count = 1; count < damped.Length; count++)
        {
            damped[count] = 1 + MathF.Log(count);
        }

        return damped;
    }
}
