using Gateway.Router.Gating;
using Gateway.Router.Tasks;

namespace Gateway.Bench.Route;

/// <summary>What the miner simulation is made of.</summary>
/// <param name="Miners">How many miners.</param>
/// <param name="Requests">How many requests.</param>
/// <param name="Lazy">Share that claims one of the two best models and serves one of the three worst.</param>
/// <param name="Flaky">Share that fails on 30 to 70 % of requests.</param>
/// <param name="Drift">Share of the honest miners of the four best models that turns bad halfway.</param>
/// <param name="Labels">Share of outcomes that anybody judges; below 1 they come 200 requests late and 5 % are
/// wrong.</param>
/// <param name="Bought">Share of the cheats that stand at the top of the chain's order.</param>
internal sealed record MinerMix(
    int Miners, int Requests, double Lazy, double Flaky, double Drift, double Labels, double Bought)
{
    public static MinerMix From(Arguments arguments) => new(
        arguments.Number("--miners", 1024),
        arguments.Number("--requests", 40_000),
        arguments.Fraction("--lazy", 0.15),
        arguments.Fraction("--flaky", 0.10),
        arguments.Fraction("--drift", 0.30),
        arguments.Fraction("--labels", 1),
        arguments.Fraction("--bought", 0));
}

/// <summary>One simulated miner.</summary>
internal sealed class SimulatedMiner
{
    public required int Claims { get; init; }

    public required int Serves { get; set; }

    public required double Fails { get; init; }

    public required bool IsLazy { get; init; }

    public required bool IsFlaky { get; init; }

    public double Incentive { get; set; }

    public bool IsBad => IsLazy || IsFlaky;
}

/// <summary>Miners, requests and what comes of them, the same for every policy: all randomness is drawn ahead.
/// </summary>
internal sealed class MinerWorld
{
    /// <summary>A miner takes no other request for this long.</summary>
    public const int BusyRequests = 40;

    // A half-life of six hours is 23,000 requests.
    private const double SecondsEach = 6 * 3600 / 23_000.0;
    private const int Worst = 3;
    private const int Claimed = 2;
    private const int Good = 4;
    private const double IncentiveNoise = 0.15;

    private readonly Matrix _matrix;
    private readonly Random _random;
    private readonly int[] _ranking;
    private readonly double[] _luck;

    public MinerWorld(Matrix matrix, MinerMix mix, int seed)
    {
        _matrix = matrix;
        _random = new(seed);
        Mix = mix;
        Means = [.. Enumerable.Range(0, matrix.Models.Count)
            .Select(model => matrix.Rows.Average(row => (double)Score(row, model)))];
        _ranking = [.. Enumerable.Range(0, Means.Length).OrderByDescending(model => Means[model])];
        (Clusters, RowMixes) = Cluster(matrix);
        Miners = [.. Enumerable.Range(0, mix.Miners).Select(_ => Create())];
        SetIncentives();
        Rows = [.. Enumerable.Range(0, mix.Requests).Select(_ => _random.Next(matrix.Rows.Count))];
        _luck = [.. Rows.Select(_ => _random.NextDouble())];
        Drifted = DrawDrift();
    }

    public MinerMix Mix { get; }

    public IReadOnlyList<SimulatedMiner> Miners { get; }

    /// <summary>The row of the matrix that each request asks.</summary>
    public int[] Rows { get; }

    public TaskClusters Clusters { get; }

    public TaskMix[] RowMixes { get; }

    public double[] Means { get; }

    /// <summary>The request at which the drift happens.</summary>
    public int Half => Mix.Requests / 2;

    /// <summary>Whom the drift hits, and what they serve then.</summary>
    private IReadOnlyList<(int Miner, int Serves)> Drifted { get; }

    public static double Time(int request) => request * SecondsEach;

    public TaskMix MixOf(int request) => RowMixes[Rows[request]];

    /// <summary>Whether this miner answers this request at all.</summary>
    public bool Answers(int miner, int request) => _luck[request] >= Miners[miner].Fails;

    /// <summary>The score of what the miner really serves.</summary>
    public double Reward(int miner, int request) =>
        Answers(miner, request) ? Score(_matrix.Rows[Rows[request]], Miners[miner].Serves) : 0;

    /// <summary>What is to be expected of a miner on a request's kind of work, by <see cref="ClusterMeans"/>.</summary>
    public double Expected(double[][] means, int miner, int request) =>
        means[Nearest(MixOf(request))][Miners[miner].Serves] * (1 - Miners[miner].Fails);

    public void Drift()
    {
        foreach (var (miner, serves) in Drifted)
        {
            Miners[miner].Serves = serves;
        }
    }

    /// <summary>Mean score of each model in each cluster, by the nearest: what the clairvoyant knows.</summary>
    public double[][] ClusterMeans()
    {
        var sums = Enumerable.Range(0, TaskClusters.Most + 1).Select(_ => new double[Means.Length]).ToArray();
        var counts = new int[TaskClusters.Most + 1];
        for (var row = 0; row < RowMixes.Length; row++)
        {
            var cluster = Nearest(RowMixes[row]);
            counts[cluster]++;
            for (var model = 0; model < Means.Length; model++)
            {
                sums[cluster][model] += Score(_matrix.Rows[row], model);
            }
        }

        for (var cluster = 0; cluster < counts.Length; cluster++)
        {
            for (var model = 0; model < Means.Length; model++)
            {
                sums[cluster][model] = counts[cluster] > 0 ? sums[cluster][model] / counts[cluster] : Means[model];
            }
        }

        return sums;
    }

    public static int Nearest(in TaskMix mix) => mix.Count == 0 ? TaskClusters.Most : mix.Cluster(0);

    public static float Score(MatrixRow row, int model) =>
        float.IsNaN(row.Scores[model]) ? 0 : row.Scores[model];

    /// <summary>The miners as the gate sees them.</summary>
    public IReadOnlyList<MinerFacts> Facts() => [.. Miners.Select((miner, number) => new MinerFacts(
        new(1, $"miner{number}", 0, $"model{miner.Claims}"), $"operator{number}", miner.Incentive, 0, 0))];

    private static (TaskClusters Clusters, TaskMix[] Mixes) Cluster(Matrix matrix)
    {
        var idf = InverseFrequency.Of([.. matrix.Rows.Select(row => row.Prompt)]);
        var features = new FeatureMatrix();
        var buffer = new FeatureBuffer();
        foreach (var row in matrix.Rows)
        {
            FeatureHasher.Count(row.Prompt, buffer);
            buffer.Weigh(idf);
            features.Add(buffer);
        }

        var clusters = ClusterFit.Fit(features, idf, key: 1);
        return (clusters, [.. matrix.Rows.Select(row => clusters.Place(row.Prompt, buffer))]);
    }

    private SimulatedMiner Create()
    {
        var kind = _random.NextDouble();
        var isLazy = kind < Mix.Lazy;
        var isFlaky = !isLazy && kind < Mix.Lazy + Mix.Flaky;
        var claims = isLazy
            ? _ranking[_random.Next(Math.Min(Claimed, _ranking.Length))]
            : _random.Next(_ranking.Length);
        return new()
        {
            Claims = claims,
            Serves = isLazy ? OneOfTheWorst() : claims,
            Fails = isFlaky ? 0.3 + (0.4 * _random.NextDouble()) : 0.01 + (0.04 * _random.NextDouble()),
            IsLazy = isLazy,
            IsFlaky = isFlaky,
        };
    }

    private int OneOfTheWorst() => _ranking[^(1 + _random.Next(Math.Min(Worst, _ranking.Length)))];

    private void SetIncentives()
    {
        foreach (var miner in Miners)
        {
            miner.Incentive = Math.Max(0, (Means[miner.Serves] * (1 - miner.Fails)) + (IncentiveNoise * Normal()));
        }

        var top = Miners.Max(miner => miner.Incentive);
        foreach (var miner in Miners.Where(miner => miner.IsBad && _random.NextDouble() < Mix.Bought))
        {
            miner.Incentive = top + 1 + _random.NextDouble();
        }
    }

    private IReadOnlyList<(int Miner, int Serves)> DrawDrift()
    {
        var best = _ranking.Take(Good).ToHashSet();
        return [.. Enumerable.Range(0, Miners.Count)
            .Where(number => !Miners[number].IsBad && best.Contains(Miners[number].Claims)
                && _random.NextDouble() < Mix.Drift)
            .Select(number => (number, OneOfTheWorst()))];
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()))
        * Math.Cos(2 * Math.PI * _random.NextDouble());
}
