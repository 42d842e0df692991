using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>Turns the book into arrays.</summary>
internal sealed class SnapshotBuilder(GateBook book, GateSettings settings, double scale)
{
    private const float DoubtsForgiven = 2;
    private const double ReliableShare = 0.85;

    // Beyond its lower expectation: a failure costs a person more than a weaker answer. Forgetting lifts it again.
    private const float SuspectHandicap = 0.15f;

    // The draw's spread is narrower than an estimate's error on purpose; suspicion must not be.
    private const double SuspicionNoise = 0.5;

    /// <summary>The row of average work.</summary>
    internal const int AverageRow = TaskClusters.Most;

    /// <param name="miners">Who is there, by model; not changed afterwards, since snapshots share it.</param>
    /// <param name="version">Of the snapshot.</param>
    internal GateSnapshot Build(int[] miners, long version)
    {
        var models = Array.ConvertAll(miners, miner => book.Miners[miner].Model);
        var (scores, weights) = Capabilities();
        return new()
        {
            Version = version,
            Clusters = book.Clusters,
            CapabilityNoise = (float)settings.CapabilityNoise,
            ClusterShrink = (float)settings.ClusterShrink,
            ExploreShare = (float)settings.ExploreShare,
            TrustsClusters = book.TrustsClusters,
            Lens = book.Lens,
            Models = book.Models.Models,
            Scores = scores,
            Weights = weights,
            Starts = Starts(models),
            Miners = miners,
            Integrity = Array.ConvertAll(miners, Integrity),
            Doubt = Array.ConvertAll(miners, Doubt),
            Handicap = Array.ConvertAll(miners, miner => IsSuspect(miner) ? SuspectHandicap : 0),
            PriceIn = Array.ConvertAll(miners, miner => (float)book.Miners[miner].Facts.PriceIn),
            PriceOut = Array.ConvertAll(miners, miner => (float)book.Miners[miner].Facts.PriceOut),
            Keys = Array.ConvertAll(miners, miner => book.Miners[miner].KeyHash),
            Operators = Array.ConvertAll(miners, miner => book.Miners[miner].Operator),
            Judged = Array.ConvertAll(miners, miner => book.Miners[miner].Judged),
            Answered = Array.ConvertAll(miners, Answered),
            Newcomers = [.. Enumerable.Range(0, miners.Length).Where(slot => IsNewcomer(miners[slot]))],
        };
    }

    private (float[] Scores, float[] Weights) Capabilities()
    {
        var models = book.Models.Models;
        var scores = new float[(AverageRow + 1) * models];
        var weights = new float[scores.Length];
        var levels = WorkLevels.Of(book.Models, book.Clusters.Count, scale);
        for (var model = 0; model < models; model++)
        {
            scores[(AverageRow * models) + model] = (float)CapabilityTable.Clamp(levels.Level(model));
            weights[(AverageRow * models) + model] = (float)(book.Models.ByModel[model].Weight / scale);
            for (var cluster = 0; cluster < book.Clusters.Count; cluster++)
            {
                var (score, weight) =
                    book.Models.InCluster(model, cluster, levels.Expected(model, cluster), scale);
                scores[(cluster * models) + model] = (float)score;
                weights[(cluster * models) + model] = (float)weight;
            }
        }

        return (scores, weights);
    }

    private int[] Starts(int[] sortedModels)
    {
        var starts = new int[book.Models.Models + 1];
        foreach (var model in sortedModels)
        {
            starts[model + 1]++;
        }

        for (var model = 0; model < book.Models.Models; model++)
        {
            starts[model + 1] += starts[model];
        }

        return starts;
    }

    // How far its answers are believed, and whether they come.
    private float Integrity(int miner) => (float)(book.Miners.ReachFactor(miner, scale)
        * (book.Miners[miner].Facts.IsTrusted
            ? ChainPrior.Trusted
            : book.Miners.Estimate(miner, settings.PriorWeight, scale)));

    private float Answered(int miner) =>
        book.Miners.Reach[miner] is { Weight: > 0 } reach ? (float)(reach.Result / reach.Weight) : float.NaN;

    private float Doubt(int miner) => book.Miners[miner].Facts.IsTrusted
        ? 0
        : (float)(settings.IntegrityNoise
            / Math.Sqrt(settings.PriorWeight + (book.Miners.Integrity[miner].Weight / scale)));

    private bool IsSuspect(int miner) =>
        !book.Miners[miner].Facts.IsTrusted
        && (IsUnreliable(miner) || book.Miners.Estimate(miner, settings.PriorWeight, scale)
            + (SuspicionNoise / settings.IntegrityNoise * Doubt(miner)) < GateBook.HonestRatio);

    // Who has already failed beyond doubt is known well enough. Its neighbours do not count here: somebody must try one
    // of them now and then, or nobody would ever learn that they were wronged.
    private bool IsNewcomer(int miner) =>
        !book.Miners[miner].Facts.IsTrusted
        && book.Miners[miner].Judged < settings.ExploreOutcomes
        && !IsUnreliable(miner)
        && book.Miners.OwnEstimate(miner, settings.PriorWeight, scale) + (DoubtsForgiven * Doubt(miner))
            > GateBook.HonestRatio;

    // Everybody fails now and then; who does on every fifth request is not asked for a better answer.
    private bool IsUnreliable(int miner)
    {
        var (share, doubt) = book.Miners.Answers(miner, scale);
        return share + doubt < ReliableShare;
    }
}
