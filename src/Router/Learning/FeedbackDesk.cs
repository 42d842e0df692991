using System.Collections.Concurrent;
using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Planning;
using Gateway.Router.Storage;
using Gateway.Router.Tasks;
using Gateway.Router.Traces;

namespace Gateway.Router.Learning;

/// <summary>Turns people's ratings into lessons. The last rating of a request replaces the one before, and what one
/// organisation says of one expert weighs only so much a day: nobody votes a miner of his own up. With a store both
/// hold over all replicas, and a rating may come to another one than routed the request.</summary>
internal sealed class FeedbackDesk(GateOwner owner, RoutingViews views, TraceShelf shelf, TimeProvider time)
{
    /// <summary>Weight that one organisation's ratings of one expert have in a day, in checked outcomes.</summary>
    internal const double MostWeight = 5;

    private const int MostRatings = (int)(MostWeight / LabelWeight.Feedback);
    private const int MostKept = 65_536;

    private readonly ConcurrentDictionary<(Guid Owner, string Expert), Spent> _spent = new();

    private readonly record struct Spent(long Day, int Ratings);

    /// <summary>Who answered, as far as a judgement needs it.</summary>
    private sealed record Answered(string Expert, GateOutcome Outcome);

    /// <summary>Takes a rating of the expert whose answer was handed on.</summary>
    internal async Task<Rated> RateAsync(
        RequestId request, Guid org, double rating, string? comment, CancellationToken ct)
    {
        var trace = shelf.InMemory(request);
        if (await shelf.FindAsync(request, org, ct) is not { } stored)
        {
            return Rated.UnknownRequest;
        }

        var answered = trace is not null ? Of(trace) : Of(StoredRoute.Read(stored));
        var row = new TraceShelf.Rating(request, org, rating, comment, time.GetUtcNow(), answered?.Expert);
        var judged = await shelf.TryRateAsync(row, MostRatings, ct) ?? Alone(row, trace);
        if (answered is null || !judged.IsLearned)
        {
            return Rated.Kept;
        }

        trace?.Rating = rating;
        return Teach(answered.Outcome with { Result = ResultOf(rating) }, judged.Former) ? Rated.Learned : Rated.Kept;
    }

    private bool Teach(GateOutcome outcome, double? former) => owner.TryLearn(new Lesson(null, default, outcome)
    {
        Replaced = former is { } old ? ResultOf(old) : null,
    });

    // Without the store this process decides by what it has seen itself.
    private TraceSql.Judged Alone(TraceShelf.Rating rating, RouteTrace? trace)
    {
        var former = trace?.Rating;
        var isLearned = rating.Expert is { } expert && (former is not null || TrySpend(rating.Owner, expert));
        shelf.Keep(rating with { IsLearned = isLearned });
        return new(isLearned, former);
    }

    private Answered? Of(RouteTrace trace) =>
        trace.Served is { } served && trace.Record.TryFind(served, out var facts)
            ? Of(
                served.Name, facts.Expert.Miner, trace.Record.Mix, facts.Ability,
                trace.Record.PropensityOfModel(facts))
            : null;

    private Answered? Of(StoredRoute? route) => route?.Find(views.Current.Table) is { } expert
        ? Of(route.Expert, expert.Miner, route.Mix, route.Ability, propensity: 0)
        : null;

    private Answered Of(string expert, int miner, in TaskMix mix, double ability, double propensity) => new(
        expert,
        new(miner, mix, Result: 0, LabelWeight.Feedback, ability, owner.Now) { Propensity = propensity });

    private static double ResultOf(double rating) => (rating + 1) / 2;

    private bool TrySpend(Guid org, string expert)
    {
        if (_spent.Count > MostKept)
        {
            _spent.Clear();
        }

        var today = time.GetUtcNow().ToUnixTimeSeconds() / 86_400;
        var after = _spent.AddOrUpdate(
            (org, expert), _ => new(today, 1),
            (_, before) => new(today, (before.Day == today ? before.Ratings : 0) + 1));
        return after.Ratings <= MostRatings;
    }
}
