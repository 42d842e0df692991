namespace Gateway.Router.Load;

/// <summary>Latencies in 32 buckets, each 1.41 times as long as the one before, from 10 ms. Counts add up over replicas
/// and fade by halving.</summary>
internal sealed class LatencyHistogram
{
    private const int Buckets = 32;
    private const double First = 0.010;
    private const double Growth = 1.41;
    private const double MostCounted = 2000;

    private readonly float[] _counts = new float[Buckets];

    /// <summary>How many latencies it holds, as far as they still count.</summary>
    internal double Count { get; private set; }

    /// <summary>Counts a latency in seconds; NaN and negative ones are passed over.</summary>
    internal void Add(double seconds)
    {
        if (double.IsNaN(seconds) || seconds < 0)
        {
            return;
        }

        var bucket = seconds <= First ? 0 : (int)Math.Ceiling(Math.Min(Buckets, Math.Log(seconds / First, Growth)));
        _counts[Math.Min(bucket, Buckets - 1)]++;
        Count++;
        if (Count > MostCounted)
        {
            Fade();
        }
    }

    /// <summary>Adds another replica's counts.</summary>
    internal void Merge(LatencyHistogram other)
    {
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        Count += other.Count;
    }

    /// <summary>A latency that this share of calls did not exceed, in seconds; NaN when nothing was counted.</summary>
    /// <param name="share">0 to 1.</param>
    internal double Quantile(double share)
    {
        var left = share * Count;
        for (var bucket = 0; Count > 0 && bucket < Buckets; bucket++)
        {
            if (_counts[bucket] >= left)
            {
                // Within a bucket latencies are spread evenly over the exponent.
                var inside = _counts[bucket] > 0 ? left / _counts[bucket] : 1;
                return First * Math.Pow(Growth, bucket - 1 + inside);
            }

            left -= _counts[bucket];
        }

        return Count > 0 ? First * Math.Pow(Growth, Buckets - 1) : double.NaN;
    }

    private void Fade()
    {
        Count = 0;
        foreach (ref var count in _counts.AsSpan())
        {
            count /= 2;
            Count += count;
        }
    }
}
