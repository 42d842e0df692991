using Gateway.Router.Combining;
using Gateway.Router.Forwarding;
using Gateway.Router.Gating;

namespace Gateway.Router.Planning;

/// <summary>Who sits on a plan of several lines.</summary>
/// <param name="Lines">The best first; empty where one expert is asked.</param>
/// <param name="FirstSlot">Of the first line's expert.</param>
/// <param name="Because">Why a strategy of several cannot run as asked; empty otherwise.</param>
internal readonly record struct Seats(IReadOnlyList<PlanLine> Lines, int FirstSlot, string Because)
{
    /// <summary>A bit for each place of the shortlist: who has no seat since another of its operator has one.</summary>
    internal uint Kin { get; init; }

    /// <summary>A strategy that cannot run as asked becomes <c>best</c>.</summary>
    internal Strategy Used(Strategy asked) => Because.Length > 0 ? Strategy.Best : asked;
}

/// <summary>Seats the experts of a strategy that asks several, no operator twice, from the shortlist; or says why it
/// cannot run.</summary>
internal static class Seating
{
    private const int UsualSeats = 3;
    private const int LeastSeats = 2;
    private const Features Several = Features.Tools | Features.Choices | Features.Fill;

    private static readonly Seats Alone = new([], -1, "");

    internal static Seats Of(RouteRequest request, CandidateFacts[] facts, GateSnapshot gate)
    {
        var asked = request.Wish.Strategy;
        if (asked <= Strategy.Cheapest)
        {
            return Alone;
        }

        if (ReasonAgainst(request) is { } reason)
        {
            return Declined(asked, reason);
        }

        var members = Members(request, facts, gate, out var refusal);
        return refusal switch
        {
            VoteRefusal.TooFew => Declined(asked, "needs experts of two operators, and there is one"),
            VoteRefusal.OneIsStronger =>
                Declined(asked, "is not held, since the members are more than 5 points apart"),
            VoteRefusal.None => new(Deal(request.Wish, facts, gate, members), members[0].Slot, "")
            {
                Kin = KinOf(members, facts, gate, SeatsOf(request.Wish)),
            },
        };
    }

    private static Seats Declined(Strategy asked, string reason) =>
        Alone with { Because = $"'{StrategyNames.NameOf(asked)}' {reason}: 'best' was used." };

    private static string? ReasonAgainst(RouteRequest request) => request.Wish.Strategy switch
    {
        _ when request.Prompts > 1 => "compares answers to one prompt",
        _ when ((request.Needs | request.Doing) & Several) != 0 =>
            "compares single answers of text, without tools and n above 1",
        _ when request.Doing != Features.None => "needs experts that hold their answers to JSON themselves",
        Strategy.BestOf when request.Answer == AnswerKind.Open =>
            "needs answers that can be checked (JSON, a program, or a short closed answer)",
        Strategy.Compose when request.Answer == AnswerKind.Json => "edits text, and JSON has nothing to edit",
        Strategy.Compose when (request.Needs & Features.Logprobs) != 0 => "has no probabilities of its tokens",
        _ => null,
    };

    private static IReadOnlyList<Voter> Members(
        RouteRequest request, CandidateFacts[] facts, GateSnapshot gate, out VoteRefusal refusal)
    {
        Voter[] voters = [.. facts.Select(one =>
            new Voter(one.Slot, gate.Operators[one.Slot], Math.Clamp(one.Quality, 0, 1)))];
        var seats = SeatsOf(request.Wish);
        if (request.Wish.Strategy == Strategy.Vote)
        {
            var vote = VotePlan.For(voters, seats);
            refusal = vote.Refusal;
            return vote.Members;
        }

        Voter[] members = [.. VotePlan.Distinct(voters).Take(seats)];
        refusal = members.Length < LeastSeats ? VoteRefusal.TooFew : VoteRefusal.None;
        return members;
    }

    private static int SeatsOf(RouteWish wish) => wish.Strategy == Strategy.Compose
        ? LeastSeats
        : Math.Max(LeastSeats, wish.Experts ?? UsualSeats);

    // Better than the last who has a seat, or there was one left: only its operator kept it out.
    private static uint KinOf(IReadOnlyList<Voter> members, CandidateFacts[] facts, GateSnapshot gate, int seats)
    {
        var (operators, last) = (members.Select(member => member.Operator).ToHashSet(), members[^1]);
        var kin = 0u;
        for (var place = 0; place < facts.Length; place++)
        {
            var (slot, accuracy) = (facts[place].Slot, Math.Clamp(facts[place].Quality, 0, 1));
            var isSeated = members.Any(member => member.Slot == slot);
            var isAhead = accuracy > last.Accuracy || (accuracy == last.Accuracy && slot < last.Slot);
            if (!isSeated && operators.Contains(gate.Operators[slot]) && (isAhead || members.Count < seats))
            {
                kin |= 1u << place;
            }
        }

        return kin;
    }

    // Whoever is left takes the place of one who fails, dealt to the lines in turn. Nobody stands in two of them.
    private static PlanLine[] Deal(
        RouteWish wish, CandidateFacts[] facts, GateSnapshot gate, IReadOnlyList<Voter> members)
    {
        var seated = members.Select(member => member.Operator).ToHashSet();
        var lines = members.Select(member => new List<Upstream> { UpstreamOf(facts, member.Slot) }).ToArray();
        var line = 0;
        foreach (var spare in facts.OrderByDescending(one => one.Quality).ThenBy(one => one.Slot))
        {
            if (wish.Fallback && lines[line].Count < RouterLimits.MaxAttempts && seated.Add(gate.Operators[spare.Slot]))
            {
                lines[line].Add(spare.Expert.Upstream);
                line = (line + 1) % lines.Length;
            }
        }

        return [.. lines.Select((candidates, place) => new PlanLine(RoleOf(wish.Strategy, place), [.. candidates]))];
    }

    private static Upstream UpstreamOf(CandidateFacts[] facts, int slot) =>
        facts.First(one => one.Slot == slot).Expert.Upstream;

    private static string RoleOf(Strategy strategy, int place) => strategy switch
    {
        Strategy.Vote => "voter",
        Strategy.BestOf => "candidate",
        _ => place == 0 ? "generator" : "editor",
    };
}
