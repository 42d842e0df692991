using Gateway.Router.Gating;

namespace Gateway.Router.Planning;

/// <summary>Ranks who may be asked by the rule of a strategy.</summary>
internal static class Ranking
{
    // Candidates this close in quality are equal, and the cheaper one is asked.
    private const float SameQuality = 0.002f;

    // How much quality may be given up for speed, and for money.
    private const float FastBand = 0.05f;
    private const float CheapBand = 0.10f;

    // Of an upstream that was never timed.
    private const float UsualSeconds = 1;
    private const float HotShare = 0.84f;
    private const float CachedBand = 0.02f;

    /// <summary>The rate at which a strategy trades quality.</summary>
    internal static Tradeoff TradeoffOf(Strategy strategy) => strategy switch
    {
        Strategy.Default => Tradeoff.Usual,
        Strategy.Best or Strategy.Vote or Strategy.BestOf or Strategy.Compose =>
            Tradeoff.QualityOnly with { Load = Tradeoff.Usual.Load },
        Strategy.Fastest or Strategy.Cheapest => Tradeoff.QualityOnly,
    };

    /// <summary>The decision by a strategy's rule.</summary>
    internal static GateDecision Decide(
        GateSnapshot gate, in GateQuery query, in LiveView live, GateScratch scratch, Strategy strategy)
    {
        var drawn = Scorer.Decide(gate, query, live, scratch);
        if (drawn.Count == 0 || drawn.IsExploration)
        {
            return drawn;
        }

        return strategy switch
        {
            Strategy.Fastest => Least(gate, query, live, scratch, FastBand, SecondsOf, drawn),
            Strategy.Cheapest => Least(gate, query, live, scratch, CheapBand, CostOf, drawn),
            _ => drawn,
        };
    }

    /// <summary>Whether a strategy leaves nothing to the draw.</summary>
    internal static bool IsGreedy(Strategy strategy) => strategy is Strategy.Fastest or Strategy.Cheapest;

    /// <summary>Passes the drawn best over where another candidate is as good and better to ask now.</summary>
    /// <param name="facts">The shortlist, in its order.</param>
    /// <param name="decision">Its draw; the slot is changed.</param>
    /// <param name="strategy">The rule in force.</param>
    /// <param name="warm">The miner that has the conversation in memory, where that makes its input cheaper; -1: none.
    /// </param>
    /// <returns>Why another one is asked, or empty.</returns>
    internal static string Move(CandidateFacts[] facts, ref GateDecision decision, Strategy strategy, int warm)
    {
        if (decision.IsExploration || IsGreedy(strategy))
        {
            return "";
        }

        var best = facts[0];
        foreach (var candidate in facts)
        {
            if (candidate.Expert.Miner == warm && candidate.Quality >= best.Quality - CachedBand && candidate.Load < 1)
            {
                decision.Slot = candidate.Slot;
                return candidate.Slot == best.Slot ? "" : "cached";
            }
        }

        if (strategy == Strategy.Best && Cheaper(facts) is { } cheaper)
        {
            decision.Slot = cheaper;
            return "price";
        }

        return Colder(facts, decision) is { } colder ? Take(ref decision, colder) : "";
    }

    /// <summary>The first seat of a plan of several lines stands for the decision; nobody is passed over.</summary>
    internal static string Seat(ref GateDecision decision, int slot)
    {
        decision.Slot = slot;
        return "";
    }

    private static string Take(ref GateDecision decision, int slot)
    {
        decision.Slot = slot;
        return "hot";
    }

    private static int? Cheaper(CandidateFacts[] facts)
    {
        var best = facts[0];
        var (cheapest, least) = (best.Slot, best.Usd);
        foreach (var candidate in facts)
        {
            if (candidate.Usd < least && candidate.Quality >= best.Quality - SameQuality)
            {
                (cheapest, least) = (candidate.Slot, candidate.Usd);
            }
        }

        return cheapest == best.Slot ? null : cheapest;
    }

    // Of those about as good as the drawn best, who is busier than most is hot: the best cold one goes first (Prequal,
    // NSDI 2024).
    private static int? Colder(CandidateFacts[] facts, in GateDecision decision)
    {
        Span<float> loads = stackalloc float[GateDecision.Places];
        var count = 0;
        for (; count < decision.Count && IsNear(decision, count); count++)
        {
            loads[count] = facts[count].Load;
        }

        if (count < 2)
        {
            return null;
        }

        loads = loads[..count];
        loads.Sort();
        var limit = loads[Math.Min(count - 1, (int)(HotShare * count))];
        if (facts[0].Load < limit || facts[0].Load == loads[0])
        {
            return null;
        }

        for (var place = 1; place < count; place++)
        {
            if (facts[place].Load < limit)
            {
                return facts[place].Slot;
            }
        }

        return null;
    }

    private static bool IsNear(in GateDecision decision, int place) =>
        decision[place].Drawn >= decision[0].Drawn - decision[0].Spread;

    private static float SecondsOf(GateSnapshot gate, in GateQuery query, in LiveView live, int slot) =>
        live.Seconds[slot] == 0 ? UsualSeconds : live.Seconds[slot] + (live.Paces[slot] * query.TokensOut);

    private static float CostOf(GateSnapshot gate, in GateQuery query, in LiveView live, int slot) =>
        (gate.PriceIn[slot] * query.TokensIn) + (gate.PriceOut[slot] * query.TokensOut);

    // The least by a measure among those whose quality is within a band of the best; equal ones are shuffled.
    private static GateDecision Least(
        GateSnapshot gate, in GateQuery query, in LiveView live, GateScratch scratch, float band, Measure measure,
        in GateDecision drawn)
    {
        var bar = float.NegativeInfinity;
        for (var slot = 0; slot < gate.Count; slot++)
        {
            bar = MathF.Max(bar, Quality(gate, live, scratch, slot) - band);
        }

        Span<Candidate> best = stackalloc Candidate[GateDecision.Places];
        var found = 0;
        for (var slot = 0; slot < gate.Count; slot++)
        {
            if (Quality(gate, live, scratch, slot) >= bar && float.IsFinite(live.Bars[slot]))
            {
                var cost = measure(gate, query, live, slot);
                found = Insert(best, found, new(slot, -cost, scratch.Spreads[slot], -cost), query.Seed, gate);
            }
        }

        var decision = new GateDecision { Slot = best[0].Slot, Expected = scratch.Ability[best[0].Slot] };
        foreach (var candidate in best[..found])
        {
            decision.Add(candidate);
        }

        return found > 0 ? decision : drawn;
    }

    private static float Quality(GateSnapshot gate, in LiveView live, GateScratch scratch, int slot) =>
        (scratch.Ability[slot] * gate.Integrity[slot]) - gate.Handicap[slot] + live.Bars[slot];

    private static int Insert(Span<Candidate> best, int found, Candidate candidate, ulong seed, GateSnapshot gate)
    {
        var place = found;
        while (place > 0 && IsBefore(candidate, best[place - 1], seed, gate))
        {
            place--;
        }

        if (place == best.Length)
        {
            return found;
        }

        found = Math.Min(found + 1, best.Length);
        for (var i = found - 1; i > place; i--)
        {
            best[i] = best[i - 1];
        }

        best[place] = candidate;
        return found;
    }

    private static bool IsBefore(in Candidate left, in Candidate right, ulong seed, GateSnapshot gate) =>
        left.Score > right.Score || (left.Score == right.Score
            && Gaussian.Draw(seed, gate.Keys[left.Slot]) > Gaussian.Draw(seed, gate.Keys[right.Slot]));

    private delegate float Measure(GateSnapshot gate, in GateQuery query, in LiveView live, int slot);
}
