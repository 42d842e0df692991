using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Tasks;

namespace Gateway.Router.Planning;

/// <summary>Filters and ranks the experts of a view for one request. Pure in the view, the live state read once, and
/// the request: no clock of its own, no I/O, no lock. Allocates the plan, and nothing for each expert.</summary>
internal static class Planner
{
    private const int MostNamed = 16;

    /// <param name="view">Who is there, and what is known of them.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="warm">The miner that has the conversation's beginning in memory; -1: none.</param>
    internal static Planned Plan(RoutingView view, RouteRequest request, int warm = -1)
    {
        var table = view.Table;
        var group = table.Find(request.Model);
        if (group is null && request.Model != ModelId.Auto)
        {
            return new Planned.UnknownModel(table.Models);
        }

        if (ExpertNames.FindUnknown(table, request.Wish) is { } unknown)
        {
            return unknown;
        }

        var scratch = PlanScratch.Current;
        var live = scratch.Read(table.Board);
        var spoken = table.HasLanguages ? Spoken.Of(request.Text) : Spoken.Undecided;
        var sieve = new Sieve(view, request, spoken, live);
        var eligible = sieve.Bar(group);
        if (eligible == 0)
        {
            return sieve.Refusal(group);
        }

        var query = QueryOf(view, request, scratch.Gate);
        var decision = Ranking.Decide(view.Gate, query, live, scratch.Gate, request.Wish.Strategy);
        var facts = FactsOf(view, decision, query, live, scratch.Gate);
        var seats = Seating.Of(request, facts, view.Gate);
        var used = seats.Used(request.Wish.Strategy);
        var moved = MovedOf(seats, facts, ref decision, used, warm);
        var picked = PickedOf(view.Gate, request.Wish, seats, facts, decision.Slot);
        var record = new PlanRecord
        {
            GateVersion = view.Gate.Version,
            Seed = query.Seed,
            Mix = query.Mix,
            Tradeoff = query.Tradeoff,
            Decision = decision,
            Facts = facts,
            Eligible = eligible,
            Rejected = sieve.Counts,
            ExploreShare = query.MayExplore ? view.Gate.ExploreShare : 0,
            Asked = request.Wish.Strategy,
            Used = used,
            Because = seats.Because,
            Answer = request.Answer,
            Lines = seats.Lines,
            Kin = picked.Kin,
            Languages = spoken,
            IsGreedy = Ranking.IsGreedy(used),
            Moved = moved,
            Named = request.Wish.Only.Count > 0 ? NamedOf(table, request, sieve, group, facts) : [],
            Prefix = IsCachedCheaper(table, decision.Slot) ? request.Prefix : 0,
            Explains = request.Wish.Explain,
            TrustsClusters = view.Gate.TrustsClusters && query.Mix.Count > 0,
            ChoosesModel = group is null && request is { Models: null, Wish.Models.Count: 0 },
        };
        return new Planned.Route(PlanOf(request, record, picked.Candidates, table.Snapshot.Version));
    }

    private static string MovedOf(
        in Seats seats, CandidateFacts[] facts, ref GateDecision decision, Strategy used, int warm) =>
        seats.Lines.Count > 0
            ? Ranking.Seat(ref decision, seats.FirstSlot)
            : Ranking.Move(facts, ref decision, used, warm);

    private static Picked PickedOf(
        GateSnapshot gate, RouteWish wish, in Seats seats, CandidateFacts[] facts, int first) => seats.Lines.Count > 0
        ? new(seats.Lines[0].Candidates, seats.Kin)
        : Picked.Of(gate, wish, facts, first);

    private static RoutePlan PlanOf(
        RouteRequest request, PlanRecord record, IReadOnlyList<Upstream> candidates, long snapshot)
    {
        var plan = new RoutePlan(request.Request, request.Wish.Strategy, candidates, snapshot)
        {
            Record = record,
            Owner = request.Owner,
            Own = request.Doing,
        };
        return record.Lines.Count > 0 ? plan with { Lines = record.Lines } : plan;
    }

    private static GateQuery QueryOf(RoutingView view, RouteRequest request, GateScratch scratch)
    {
        var tradeoff = Ranking.TradeoffOf(request.Wish.Strategy);
        return new(
            PlanSeed.Of(request.Request), PromptReader.Read(view.Gate, request.Text, tradeoff, scratch), tradeoff,
            request.InputTokens, request.OutputTokens,
            view.Table.Snapshot.Explores && request.Wish is { Explore: true, Strategy: <= Strategy.Cheapest });
    }

    private static bool IsCachedCheaper(RoutingTable table, int slot)
    {
        var prices = table.Groups[table.GroupOf[slot]].Prices;
        return prices.Cached.PicoUsd < prices.Input.PicoUsd;
    }

    private static CandidateFacts[] FactsOf(
        RoutingView view, in GateDecision decision, in GateQuery query, in LiveView live, GateScratch scratch)
    {
        var facts = new CandidateFacts[decision.Count + (decision.IsExploration ? 1 : 0)];
        for (var place = 0; place < facts.Length; place++)
        {
            var slot = place < decision.Count ? decision[place].Slot : decision.Slot;
            var gate = view.Gate;
            facts[place] = new(
                view.Table.Experts[slot], slot, scratch.Ability[slot], gate.Integrity[slot], gate.Doubt[slot],
                live.Seconds[slot] + (live.Paces[slot] * query.TokensOut),
                (gate.PriceIn[slot] * query.TokensIn) + (gate.PriceOut[slot] * query.TokensOut),
                live.Loads[slot], Array.BinarySearch(gate.Newcomers, slot) >= 0);
        }

        return facts;
    }

    private static List<(Upstream Upstream, Reject Reason)> NamedOf(
        RoutingTable table, RouteRequest request, Sieve sieve, ModelGroup? group, CandidateFacts[] facts)
    {
        var named = new List<(Upstream, Reject)>();
        for (var slot = 0; slot < table.Experts.Length && named.Count < MostNamed; slot++)
        {
            var upstream = table.Experts[slot].Upstream;
            if (ExpertNames.IsNamed(upstream, request.Wish.Only) && !Array.Exists(facts, one => one.Slot == slot))
            {
                var reason = sieve.ReasonOf(slot, group);
                named.Add((upstream, reason == Reject.None ? Reject.Shortlist : reason));
            }
        }

        return named;
    }
}
