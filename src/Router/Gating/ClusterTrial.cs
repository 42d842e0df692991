using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>Puts scores by cluster on trial against the models' means: pi1 against pi0. Until they have proven
/// themselves on logged choices, means decide. One thread, the book's owner.</summary>
/// <param name="book">Whose clusters are tried.</param>
internal sealed class ClusterTrial(GateBook book)
{
    private readonly OnlineSwitch _switch = new();
    private double[] _estimates = [];

    /// <summary>How the trial stands.</summary>
    internal Standing Standing => _switch.Standing;

    /// <summary>Takes one outcome of a request whose choice was drawn, neither explored nor moved.</summary>
    /// <param name="snapshot">What it was decided from.</param>
    /// <param name="mix">Its kinds of work.</param>
    /// <param name="model">The number of the model that was chosen.</param>
    /// <param name="propensity">How likely that was.</param>
    /// <param name="result">What came of it, 0 to 1.</param>
    internal void Observe(GateSnapshot snapshot, in TaskMix mix, int model, double propensity, double result)
    {
        if (mix.Count == 0 || Standing != Standing.Trial)
        {
            return;
        }

        var choice = new LoggedChoice(
            Best(snapshot, mix, byCluster: true), Best(snapshot, mix, byCluster: false), model, propensity, result);
        _switch.Add(DoublyRobust.Difference(choice, Estimates(snapshot, mix)));
        book.TrustsClusters |= Standing == Standing.Adopted;
    }

    private double[] Estimates(GateSnapshot snapshot, in TaskMix mix)
    {
        Array.Resize(ref _estimates, snapshot.Models);
        for (var model = 0; model < snapshot.Models; model++)
        {
            _estimates[model] = Scorer.Score(snapshot, mix, model);
        }

        return _estimates;
    }

    private static int Best(GateSnapshot snapshot, in TaskMix mix, bool byCluster)
    {
        var (best, highest) = (0, double.NegativeInfinity);
        for (var model = 0; model < snapshot.Models; model++)
        {
            var score = Scorer.Score(snapshot, byCluster ? mix : TaskMix.Average, model);
            if (score > highest && snapshot.Starts[model + 1] > snapshot.Starts[model])
            {
                (best, highest) = (model, score);
            }
        }

        return best;
    }
}
