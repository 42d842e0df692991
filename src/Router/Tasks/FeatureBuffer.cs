namespace Gateway.Router.Tasks;

/// <summary>The hashed features of one prompt: a sparse vector of unit length over <see cref="Buckets"/> buckets. Used
/// again for the next prompt, so that a decision allocates nothing; one thread at a time.</summary>
internal sealed class FeatureBuffer
{
    /// <summary>Buckets that features are hashed into.</summary>
    internal const int Buckets = 4096;

    /// <summary>Buckets that hold a prompt's shape, see <see cref="PromptShape"/>.</summary>
    internal const int Shapes = 24;

    /// <summary>The first of them; nothing is hashed into it or beyond.</summary>
    internal const int FirstShape = Buckets - Shapes;

    /// <summary>The shape's part of a prompt's squared length. With more, short questions of all kinds fall together;
    /// with none, a long passage with a question looks like its topic.</summary>
    internal const float ShapeShare = 0.04f;

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
        ref var count = ref Touch((int)(((ulong)hash * FirstShape) >> 32));
        if (count < MostCounted)
        {
            count = unchecked((byte)(count + 1));
        }
    }

    /// <summary>Says how far a shape fits.</summary>
    /// <param name="shape">0 to <see cref="Shapes"/> - 1, once a prompt.</param>
    /// <param name="fit">0 to 1; kept in 63 steps.</param>
    internal void AddShape(int shape, float fit)
    {
        var steps = (byte)MathF.Round(MostCounted * Math.Clamp(fit, 0, 1));
        if (steps > 0)
        {
            Touch(FirstShape + shape) = steps;
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

    /// <summary>Turns counts into damped tf-idf weights, with the shape's beside them: of unit length together.
    /// </summary>
    /// <param name="idf">A weight for each bucket; the shape's are not looked at.</param>
    internal void Weigh(ReadOnlySpan<float> idf)
    {
        var (text, shape) = (0f, 0f);
        for (var i = 0; i < Count; i++)
        {
            var bucket = _touched[i];
            if (bucket >= FirstShape)
            {
                _weights[i] = _counts[bucket];
                shape += _weights[i] * _weights[i];
                continue;
            }

            _weights[i] = Damped[_counts[bucket]] * idf[bucket];
            text += _weights[i] * _weights[i];
        }

        var (textScale, shapeScale) = (Scale(text, 1 - ShapeShare), Scale(shape, ShapeShare));
        for (var i = 0; i < Count; i++)
        {
            _weights[i] *= _touched[i] >= FirstShape ? shapeScale : textScale;
        }
    }

    private static float Scale(float square, float share) => square > 0 ? MathF.Sqrt(share / square) : 0;

    private ref byte Touch(int bucket)
    {
        ref var count = ref _counts[bucket];
        if (count == 0)
        {
            _touched[Count++] = unchecked((ushort)bucket);
        }

        return ref count;
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
