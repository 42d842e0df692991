using Gateway.Router.Gating;
using Gateway.Router.Tasks;

namespace Gateway.Bench.Route;

/// <summary>Learning from one's own choices only, beside always asking the best single model.</summary>
internal static class OnlineBench
{
    private const int Requests = 12_000;
    private const double SecondsEach = 6 * 3600 / 23_000.0;

    private static readonly int[] Marks = [Requests / 10, Requests / 4, Requests / 2, Requests];

    // Eight experts instead of a thousand miners: nobody's luck is averaged out by others of the same model, so that
    // the draw must be wider.
    private static readonly GateSettings Settings = new() { CapabilityNoise = 0.5, TrustClusters = false };

    public static void Measure(Matrix matrix, int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, Requests).Select(_ => matrix.Rows[random.Next(matrix.Rows.Count)]).ToArray();
        var best = Enumerable.Range(0, matrix.Models.Count).MaxBy(model => rows.Sum(row => Split.Score(row, model)));
        var gate = new OnlineGate(matrix.Models.Count, seed);
        var regret = 0.0;
        for (var request = 0; request < Requests; request++)
        {
            regret += Split.Score(rows[request], best) - gate.Ask(rows[request], request, request * SecondsEach);
            if (Marks.Contains(request + 1))
            {
                Measures.Write("route.regret", regret, "points",
                    ("pool", matrix.Pool), ("seed", seed), ("requests", request + 1));
            }
        }
    }

    private sealed class OnlineGate
    {
        private readonly GateBook _book;
        private readonly ClusterTrial _trial;
        private readonly int[] _columnOf;
        private readonly GateScratch _scratch = new();
        private readonly PromptReservoir _reservoir;
        private readonly LiveView _live;
        private readonly ulong _seed;
        private GateSnapshot _snapshot;

        public OnlineGate(int models, int seed)
        {
            _seed = (ulong)seed << 32;
            _reservoir = new(_seed);
            _book = new(Settings, Guid.Empty);
            _trial = new(_book);
            var numbers = _book.SetMiners([.. Enumerable.Range(0, models).Select(model => new MinerFacts(
                new(-1, $"model{model}", 0, $"model{model}"), $"model{model}", null, 0, 0))]);
            _columnOf = new int[models];
            for (var model = 0; model < models; model++)
            {
                _columnOf[numbers[model]] = model;
            }

            _snapshot = _book.Publish(0);
            _live = LiveView.Idle(models);
        }

        public double Ask(MatrixRow row, int request, double now)
        {
            var mix = PromptReader.Read(_snapshot, row.Prompt, Tradeoff.QualityOnly, _scratch);
            _reservoir.Offer(_scratch.Features);
            var query = new GateQuery(_seed + (ulong)request, mix, Tradeoff.QualityOnly, 0, 0, MayExplore: true);
            var decision = Scorer.Decide(_snapshot, query, _live, _scratch);
            var miner = _snapshot.Miners[decision.Slot];
            var score = Split.Score(row, _columnOf[miner]);
            _trial.Observe(
                _snapshot, mix, _snapshot.ModelOf(decision.Slot), Propensity.Drawn(decision, decision.Slot), score);
            _book.Apply(new(miner, mix, score, LabelWeight.Checked, decision.Expected, now), now);
            _book.Clusters = ClusterSchedule.IsDue(_reservoir.Seen)
                ? _reservoir.Fit(_book.Clusters, (ulong)_reservoir.Seen)
                : _book.Clusters;
            _snapshot = _book.Publish(now);
            return score;
        }
    }
}
