namespace Gateway.Router.Combining;

/// <summary>Somebody who could vote.</summary>
/// <param name="Slot">Which expert.</param>
/// <param name="Operator">Who runs it.</param>
/// <param name="Accuracy">Its expected share of right answers on this kind of work, 0 to 1.</param>
internal readonly record struct Voter(int Slot, int Operator, double Accuracy);

/// <summary>Why a vote is not held.</summary>
internal enum VoteRefusal
{
    /// <summary>It is held.</summary>
    None,

    /// <summary>Fewer than two experts of distinct operators.</summary>
    TooFew,

    /// <summary>One is so much stronger that the others would outvote what it knows.</summary>
    OneIsStronger,
}

/// <summary>Who votes. Members lie within five points of each other, and no operator sits twice.</summary>
/// <param name="Members">The best first; when the vote is refused, the one to ask alone, or none.</param>
/// <param name="Refusal">Why no vote is held.</param>
internal sealed record VotePlan(IReadOnlyList<Voter> Members, VoteRefusal Refusal)
{
    /// <summary>Members further apart than this do not vote together: measured, such votes lose to the best.</summary>
    internal const double Reach = 0.05;

    private const int LeastMembers = 2;

    /// <summary>Seats the best, up to a number of members.</summary>
    /// <param name="voters">In any order; one without a proper accuracy is passed over.</param>
    /// <param name="seats">The most members, 2 to 8.</param>
    internal static VotePlan For(IReadOnlyList<Voter> voters, int seats)
    {
        var distinct = Distinct(voters);
        if (distinct.Count < LeastMembers)
        {
            return new(distinct, VoteRefusal.TooFew);
        }

        var members = distinct.Take(seats).ToArray();
        return members[0].Accuracy - members[^1].Accuracy > Reach
            ? new([members[0]], VoteRefusal.OneIsStronger)
            : new(members, VoteRefusal.None);
    }

    /// <summary>One of each operator, the best first.</summary>
    internal static List<Voter> Distinct(IReadOnlyList<Voter> voters)
    {
        var operators = new HashSet<int>();
        return [.. voters.Where(voter => voter.Accuracy is >= 0 and <= 1)
            .OrderByDescending(voter => voter.Accuracy).ThenBy(voter => voter.Slot)
            .Where(voter => operators.Add(voter.Operator))];
    }
}
