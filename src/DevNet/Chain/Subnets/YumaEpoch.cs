namespace Gateway.DevNet.Chain.Subnets;

/// <summary>Yuma consensus in its second form (opentensor/subtensor, pallets/subtensor/src/epoch/run_epoch.rs), in
/// binary floating point where the network has 32 bits behind the point: results agree within a 65535th.</summary>
internal static class YumaEpoch
{
    public static YumaResult Run(YumaInput input)
    {
        var stake = Normalise(input.Stake);
        var active = Normalise(Masked(stake, input));
        var weights = NormaliseRows(Valid(input));
        var consensus = Columns(weights, column => WeightedMedian(active, column, 1 - input.Kappa));
        var clipped = Combine(weights, (value, _, uid) => Math.Min(value, consensus[uid]));
        var (before, rank) = (Products(weights, active), Products(clipped, active));
        var incentive = Normalise(rank);
        var bonds = NextBonds(input, weights, clipped, active);
        var dividends = Normalise([.. bonds.Select(row => row.Zip(incentive, (bond, part) => bond * part).Sum())]);
        var result = new YumaResult(
            incentive,
            [.. rank.Zip(before, (after, prior) => prior == 0 ? 0 : after / prior)],
            consensus,
            incentive,
            dividends,
            [.. clipped.Select(row => row.Sum())],
            Upscale(bonds),
            [])
        { MinerEmission = [], ValidatorEmission = [] };
        return WithEmission(result, stake, active);
    }

    /// <summary>The lowest value that more than a minority of the stake does not exceed; where exactly the minority
    /// stands below a value, the higher one.</summary>
    /// <param name="stake">Sums to 1, or is all 0.</param>
    /// <param name="values">One for each stake.</param>
    /// <param name="minority">0 to 1.</param>
    public static double WeightedMedian(double[] stake, double[] values, double minority)
    {
        var sum = 0d;
        foreach (var group in values.Zip(stake).Where(one => one.Second > 0)
            .GroupBy(one => one.First, one => one.Second).OrderBy(group => group.Key))
        {
            sum += group.Sum();
            if (sum > minority)
            {
                return group.Key;
            }
        }

        return 0;
    }

    private static double[] Masked(double[] stake, YumaInput input) =>
        [.. stake.Select((value, uid) => input.Permits[uid] && input.Active[uid] ? value : 0)];

    // Only validators count, and nobody's opinion of himself.
    private static double[][] Valid(YumaInput input) =>
        Combine(input.Weights, (value, from, to) => input.Permits[from] && from != to ? value : 0);

    private static double[][] NextBonds(YumaInput input, double[][] weights, double[][] clipped, double[] active)
    {
        var counted = Combine(
            weights,
            (value, from, to) => ((1 - input.BondsPenalty) * value) + (input.BondsPenalty * clipped[from][to]));
        var fresh = NormaliseColumns(Combine(counted, (value, from, _) => value * active[from]));
        var old = NormaliseColumns(input.Bonds);
        return NormaliseColumns(Combine(
            fresh, (value, from, to) => (input.BondsAlpha * value) + ((1 - input.BondsAlpha) * old[from][to])));
    }

    // Without weights that count, stake earns.
    private static YumaResult WithEmission(YumaResult result, double[] stake, double[] active)
    {
        var sum = result.Incentive.Sum() + result.Dividends.Sum();
        if (sum > 0)
        {
            return result with
            {
                MinerEmission = [.. result.Incentive.Select(part => part / sum)],
                ValidatorEmission = [.. result.Dividends.Select(part => part / sum)],
                Emission = [.. result.Incentive.Zip(result.Dividends, (miner, other) => (miner + other) / sum)],
            };
        }

        var earning = active.Any(part => part > 0) ? active : stake;
        return result with
        {
            MinerEmission = new double[stake.Length],
            ValidatorEmission = earning,
            Emission = earning,
        };
    }

    private static double[] Products(double[][] rows, double[] stake) =>
        Columns(rows, column => column.Zip(stake, (value, part) => value * part).Sum());

    private static double[] Columns(double[][] rows, Func<double[], double> fold) =>
        [.. Enumerable.Range(0, rows.Length).Select(uid => fold([.. rows.Select(row => row[uid])]))];

    private static double[][] Combine(double[][] rows, Func<double, int, int, double> change) =>
        [.. rows.Select((row, from) => row.Select((value, to) => change(value, from, to)).ToArray())];

    private static double[][] NormaliseRows(double[][] rows) => [.. rows.Select(Normalise)];

    private static double[][] NormaliseColumns(double[][] rows) => DivideColumns(rows, column => column.Sum());

    private static double[][] Upscale(double[][] rows) =>
        DivideColumns(rows, column => column.DefaultIfEmpty().Max());

    private static double[][] DivideColumns(double[][] rows, Func<double[], double> by)
    {
        var divisors = Columns(rows, by);
        return Combine(rows, (value, _, to) => divisors[to] > 0 ? value / divisors[to] : 0);
    }

    private static double[] Normalise(double[] values)
    {
        var sum = values.Sum();
        return sum > 0 ? [.. values.Select(value => value / sum)] : new double[values.Length];
    }
}
