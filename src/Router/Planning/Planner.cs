using Gateway.Core;
using Gateway.Router.Forwarding;
using Gateway.Router.Load;

namespace Gateway.Router.Planning;

/// <summary>Filters and ranks the experts of a snapshot for one request. Pure in the table, the load read once per
/// expert, and the request: no clock of its own, no I/O, no lock.</summary>
internal static class Planner
{
    /// <summary>Above this many attempts at once an upstream gets no more; generous, since a local server may be the
    /// only expert there is.</summary>
    internal const int MaxInFlight = 1024;

    internal static Planned Plan(RoutingTable table, RouteRequest request)
    {
        var pool = table.Pool(request.Model);
        if (pool.Length == 0 && request.Model != ModelId.Auto)
        {
            return new Planned.UnknownModel(table.Models);
        }

        if (ExpertNames.FindUnknown(table, request.Wish) is { } unknown)
        {
            return unknown;
        }

        var readings = new LoadReading[pool.Length];
        for (var i = 0; i < pool.Length; i++)
        {
            readings[i] = pool[i].Load.Read();
        }

        var sieve = new Sieve(request, EjectionHolds(pool, readings));
        var most = request.Wish.Fallback ? RouterLimits.MaxAttempts : 1;
        var shortlist = new Shortlist(most, TieBreak.Key(request.Request));
        for (var i = 0; i < pool.Length; i++)
        {
            if (sieve.Admits(pool[i].Upstream, readings[i]))
            {
                shortlist.Offer(pool[i], readings[i]);
            }
        }

        return shortlist.Count > 0
            ? new Planned.Route(new(request.Request, request.Wish.Strategy, shortlist.Ranked(), table.Snapshot.Version))
            : sieve.Refusal(otherModels: table.Experts.Length - pool.Length);
    }

    // With more than half of a model's experts ejected the fault is likely ours or everybody's: then none is, and the
    // least bad serve. Models are judged one by one, also when the pool is everything.
    private static HashSet<ModelId>? EjectionHolds(Expert[] pool, LoadReading[] readings)
    {
        if (!Array.Exists(readings, static reading => reading.Ejected))
        {
            return null;
        }

        var balance = new Dictionary<ModelId, int>();
        for (var i = 0; i < pool.Length; i++)
        {
            var model = pool[i].Upstream.Model;
            balance[model] = balance.GetValueOrDefault(model) + (readings[i].Ejected ? -1 : 1);
        }

        return [.. balance.Where(pair => pair.Value >= 0).Select(pair => pair.Key)];
    }
}
