using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>A small share of requests goes to miners that are hardly known, evenly: without it, whoever buys the top
/// of the chain's order stays there.</summary>
internal static class Explorer
{
    private const ulong Salt = 0x5851f42d4c957f2d;

    /// <summary>Replaces the choice when this request is one to explore with and somebody is there to be explored.
    /// </summary>
    internal static void Consider(
        ref GateDecision decision, GateSnapshot snapshot, in GateQuery query, in LiveView live)
    {
        if (!query.MayExplore || snapshot.Newcomers.Length == 0 || decision.Count == 0)
        {
            return;
        }

        var random = new KeyedRandom(query.Seed ^ Salt);
        var explores = random.NextUnit() < snapshot.ExploreShare;
        decision.Newcomers = Find(snapshot, live, int.MaxValue, out _);
        if (explores && decision.Newcomers > 0)
        {
            Find(snapshot, live, random.NextBelow(decision.Newcomers), out var slot);
            decision.Slot = slot;
            decision.IsExploration = true;
        }
    }

    // The nth newcomer that is free and has nothing in flight. Newcomers of all models alike: to try only those whose
    // model looks good, when cheats have spoiled that look, would never find the honest ones.
    private static int Find(GateSnapshot snapshot, in LiveView live, int nth, out int slot)
    {
        var found = 0;
        slot = -1;
        foreach (var newcomer in snapshot.Newcomers)
        {
            if (live.Bars[newcomer] == 0 && live.Loads[newcomer] == 0)
            {
                slot = newcomer;
                if (found++ == nth)
                {
                    break;
                }
            }
        }

        return found;
    }
}
