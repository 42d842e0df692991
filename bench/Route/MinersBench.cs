using Gateway.Router.Gating;

namespace Gateway.Bench.Route;

/// <summary>Untrusted miners: how much of what a clairvoyant would get does the gate get?</summary>
internal static class MinersBench
{
    private const int First = 500;
    private const int BeforeDrift = 2000;

    /// <summary>What a policy earned, request by request.</summary>
    /// <param name="Rewards">The scores of what was really served.</param>
    /// <param name="Quality">What was to be expected of the miner asked: windows of 500 requests would show their
    /// prompts' luck otherwise.</param>
    /// <param name="Bad">Whether a lazy or flaky miner was asked.</param>
    internal sealed record Run(double[] Rewards, double[] Quality, bool[] Bad)
    {
        public double BadPercent(int from, int to) =>
            100.0 * Bad.AsSpan(from, to - from).ToArray().Count(static isBad => isBad) / (to - from);

        public double Mean(int from, int to) => Rewards.AsSpan(from, to - from).ToArray().Average();

        public double MeanQuality(int from, int to) => Quality.AsSpan(from, to - from).ToArray().Average();
    }

    public static void Measure(Matrix matrix, MinerMix mix, int seed, GateSettings settings)
    {
        var ours = Play(matrix, mix, seed, world => new GatePolicy(world, seed, settings));
        var random = Play(matrix, mix, seed, world => new RandomPolicy(world, seed));
        var best = Play(matrix, mix, seed, world => new ClairvoyantPolicy(world));
        var (from, end) = (mix.Requests * 3 / 4, mix.Requests);
        var half = mix.Requests / 2;
        var floor = random.Mean(from, end);
        Write("route.miners_percent", 100 * (ours.Mean(from, end) - floor) / (best.Mean(from, end) - floor));
        Write("route.miners_first500", 100 * ours.MeanQuality(0, First) / best.MeanQuality(0, First));
        Write("route.miners_after_drift", AfterDrift(ours, half));
        Write("route.miners_after_drift_clairvoyant", AfterDrift(best, half));
        Write("route.miners_bad_share", ours.BadPercent(from, end));
        Write("route.miners_bad_share_whole_run", ours.BadPercent(0, end));
        return;

        void Write(string measure, double value) => Measures.Write(measure, value, "%",
            ("pool", matrix.Pool), ("seed", seed), ("miners", mix.Miners), ("labels", mix.Labels),
            ("bought", mix.Bought));
    }


    private static double AfterDrift(Run run, int half) =>
        100 * run.MeanQuality(half + First, half + (2 * First)) / run.MeanQuality(half - BeforeDrift, half);

    private static Run Play(Matrix matrix, MinerMix mix, int seed, Func<MinerWorld, IMinerPolicy> create)
    {
        var world = new MinerWorld(matrix, mix, seed);
        var policy = create(world);
        var run = new Run(new double[mix.Requests], new double[mix.Requests], new bool[mix.Requests]);
        var means = world.ClusterMeans();
        var isBusy = new bool[mix.Miners];
        var chosen = new int[mix.Requests];
        for (var request = 0; request < mix.Requests; request++)
        {
            if (request == world.Half)
            {
                world.Drift();
            }

            if (request >= MinerWorld.BusyRequests)
            {
                isBusy[chosen[request - MinerWorld.BusyRequests]] = false;
            }

            var miner = chosen[request] = policy.Choose(request, isBusy);
            isBusy[miner] = true;
            run.Rewards[request] = world.Reward(miner, request);
            run.Quality[request] = world.Expected(means, miner, request);
            run.Bad[request] = world.Miners[miner].IsBad;
            policy.Learn(request, miner, run.Rewards[request]);
        }

        return run;
    }
}
