using System.Collections.Concurrent;
using Gateway.Router.Gating;
using Gateway.Router.Traces;

namespace Gateway.Router.Learning;

/// <summary>Turns people's ratings into lessons. The last rating of a request replaces the one before, and what one
/// organisation says of one miner weighs only so much a day: nobody votes a miner of his own up.</summary>
internal sealed class FeedbackDesk(GateOwner owner, TimeProvider time)
{
    /// <summary>Weight that one organisation's ratings of one miner have in a day, in checked outcomes.</summary>
    internal const double MostWeight = 5;

    private const int MostKept = 65_536;

    private readonly ConcurrentDictionary<(Guid Owner, int Miner), Spent> _spent = new();

    private readonly record struct Spent(long Day, double Weight);

    /// <summary>Learns a rating of the expert whose answer was handed on.</summary>
    /// <param name="trace">The request's.</param>
    /// <param name="rating">-1 to 1.</param>
    /// <param name="former">The rating it replaces, if that was learned.</param>
    /// <returns>Whether it was learned; false when nobody answered, or the day's weight is used up.</returns>
    internal bool Learn(RouteTrace trace, double rating, double? former)
    {
        if (trace.Served is not { } served || !trace.Record.TryFind(served, out var facts))
        {
            return false;
        }

        var (result, miner) = (ResultOf(rating), facts.Expert.Miner);
        var outcome = new GateOutcome(
            miner, trace.Record.Mix, result, LabelWeight.Feedback, facts.Ability, owner.Now);
        if (former is { } old)
        {
            return owner.TryLearn(new Lesson(null, default, outcome) { Replaced = ResultOf(old) });
        }

        return TrySpend(trace.Owner, miner) && owner.TryLearn(new Lesson(null, default, outcome));
    }

    private static double ResultOf(double rating) => (rating + 1) / 2;

    private bool TrySpend(Guid org, int miner)
    {
        if (_spent.Count > MostKept)
        {
            _spent.Clear();
        }

        var today = time.GetUtcNow().ToUnixTimeSeconds() / 86_400;
        var after = _spent.AddOrUpdate(
            (org, miner), _ => new(today, LabelWeight.Feedback),
            (_, before) => new(today, (before.Day == today ? before.Weight : 0) + LabelWeight.Feedback));
        return after.Weight <= MostWeight + (LabelWeight.Feedback / 2);
    }
}
