using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>The normal distribution: keyed draws, density, and distribution function.</summary>
internal static class Gaussian
{
    private const int Bits = 16;

    private static readonly float[] Quantiles = CreateQuantiles();

    /// <summary>A draw that follows from the request and the miner alone: replicas do not herd, replays
    /// agree.</summary>
    internal static float Draw(ulong seed, ulong key) =>
        Quantiles[KeyedRandom.Mix(unchecked(seed + key)) >> (64 - Bits)];

    /// <summary>phi.</summary>
    internal static double Density(double at) => Math.Exp(-at * at / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>Phi, to 8e-8 (Abramowitz, Stegun 1964, 26.2.17).</summary>
    internal static double Below(double at)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(at)));
        var sum = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937
            + (t * (-1.821255978 + (t * 1.330274429))))))));
        var tail = Density(at) * sum;
        return at >= 0 ? 1 - tail : tail;
    }

    // Newton's steps from a rough start; done once.
    private static float[] CreateQuantiles()
    {
        var table = new float[1 << Bits];
        var last = -4.5;
        for (var i = 0; i < table.Length; i++)
        {
            var share = (i + 0.5) / table.Length;
            for (var step = 0; step < 8; step++)
            {
                last -= Math.Clamp((Below(last) - share) / Density(last), -0.5, 0.5);
            }

            table[i] = (float)last;
        }

        return table;
    }
}
