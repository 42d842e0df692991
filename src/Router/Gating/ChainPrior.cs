namespace Gateway.Router.Gating;

/// <summary>What the chain says of a miner's integrity before it was ever asked.</summary>
internal static class ChainPrior
{
    /// <summary>For a miner of whom the chain says nothing.</summary>
    internal const double Unknown = 0.85;

    /// <summary>For upstreams that are our own.</summary>
    internal const double Trusted = 1;

    private const double Floor = 0.6;
    private const double Range = 0.5;

    /// <summary>A prior for each miner, by the mid-rank percentile of its incentive among its subnet's.</summary>
    /// <param name="miners">Of any subnets, in any order.</param>
    internal static double[] Of(IReadOnlyList<MinerFacts> miners)
    {
        var sorted = miners.Where(IsRanked).GroupBy(miner => miner.Key.NetUid)
            .ToDictionary(group => group.Key, group => group.Select(miner => miner.Incentive!.Value).Order().ToArray());
        return [.. miners.Select(miner => Of(miner, sorted))];
    }

    /// <summary>The rank that a prior was made of.</summary>
    internal static double RankOf(double prior) => (prior - Floor) / Range;

    private static bool IsRanked(MinerFacts miner) => miner is { IsTrusted: false, IsSane: true, Incentive: not null };

    private static double Of(MinerFacts miner, Dictionary<int, double[]> sorted)
    {
        if (miner.IsTrusted)
        {
            return Trusted;
        }

        if (miner is { Percentile: { } rank, IsSane: true })
        {
            return Floor + (Range * rank);
        }

        return IsRanked(miner)
            ? Floor + (Range * MidRank(sorted[miner.Key.NetUid], miner.Incentive!.Value))
            : Unknown;
    }

    // Equal incentives share the middle of their ranks, so that an unused subnet says nothing about anybody.
    private static double MidRank(double[] sorted, double value)
    {
        var below = Lower(sorted, value);
        var upTo = Lower(sorted, Math.BitIncrement(value));
        return (below + upTo) / (2.0 * sorted.Length);
    }

    private static int Lower(double[] sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
