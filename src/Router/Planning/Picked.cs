using Gateway.Core;
using Gateway.Router.Forwarding;
using Gateway.Router.Gating;

namespace Gateway.Router.Planning;

/// <summary>Who is asked of a shortlist, in order.</summary>
/// <param name="Candidates">The first to be asked, and who is asked when it fails.</param>
/// <param name="Kin">A bit for each place of the shortlist: who would be among them if another of its operator were
/// not.</param>
internal readonly record struct Picked(IReadOnlyList<Upstream> Candidates, uint Kin)
{
    /// <summary>The chosen one first, then the draw's order; other operators before the same one again, since those
    /// who stand behind one door fail together.</summary>
    /// <param name="gate">Who is whose.</param>
    /// <param name="wish">Whether any other may be asked, and in which order of models.</param>
    /// <param name="facts">The shortlist, in the draw's order.</param>
    /// <param name="first">The slot of the chosen one.</param>
    internal static Picked Of(GateSnapshot gate, RouteWish wish, CandidateFacts[] facts, int first)
    {
        var most = Math.Min(wish.Fallback ? RouterLimits.MaxAttempts : 1, facts.Length);
        var order = facts.AsSpan();
        Span<int> picked = stackalloc int[most];
        var (count, kin) = (0, 0u);
        picked[count++] = FirstOf(order, wish, first);
        for (var round = 0; round < 2; round++)
        {
            for (var place = 0; place < order.Length && count < most; place++)
            {
                var isKin = Shares(gate, order, picked[..count], place);
                if (!picked[..count].Contains(place) && (round == 1 || !isKin))
                {
                    picked[count++] = place;
                    kin &= ~(1u << place);
                }
                else if (!picked[..count].Contains(place))
                {
                    kin |= 1u << place;
                }
            }
        }

        return new(InOrder(order, wish, picked[..count]), kin);
    }

    private static Upstream[] InOrder(ReadOnlySpan<CandidateFacts> order, RouteWish wish, ReadOnlySpan<int> picked)
    {
        var candidates = new Upstream[picked.Length];
        for (var i = 0; i < picked.Length; i++)
        {
            candidates[i] = order[picked[i]].Expert.Upstream;
        }

        if (wish.Models.Count > 1)
        {
            var most = picked.Length;
            Array.Sort(
                [.. candidates.Select((one, place) => (IndexOf(wish.Models, one.Model) * most) + place)], candidates);
        }

        return candidates;
    }

    private static int FirstOf(ReadOnlySpan<CandidateFacts> order, RouteWish wish, int slot)
    {
        for (var place = 0; place < order.Length; place++)
        {
            if (order[place].Slot == slot)
            {
                return place;
            }
        }

        throw new InvalidOperationException($"Slot {slot} was chosen from outside of the shortlist: {wish.Strategy}.");
    }

    private static bool Shares(
        GateSnapshot gate, ReadOnlySpan<CandidateFacts> order, ReadOnlySpan<int> picked, int place)
    {
        foreach (var other in picked)
        {
            if (gate.Operators[order[other].Slot] == gate.Operators[order[place].Slot])
            {
                return true;
            }
        }

        return false;
    }

    private static int IndexOf(IReadOnlyList<ModelId> models, ModelId model)
    {
        for (var i = 0; i < models.Count; i++)
        {
            if (models[i] == model)
            {
                return i;
            }
        }

        return models.Count;
    }
}
