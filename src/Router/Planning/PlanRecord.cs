using Gateway.Router.Gating;
using Gateway.Router.Tasks;

namespace Gateway.Router.Planning;

/// <summary>A candidate as the decision saw it.</summary>
/// <param name="Expert">Who.</param>
/// <param name="Slot">Where it stood.</param>
/// <param name="Ability">th, what its model can do on this work.</param>
/// <param name="Integrity">h, how far it is believed.</param>
/// <param name="Doubt">sd of h.</param>
/// <param name="Seconds">T, expected seconds to the end of the answer.</param>
/// <param name="Usd">Expected price.</param>
/// <param name="Load">Requests in flight over the limit.</param>
/// <param name="IsNewcomer">Whether it is hardly known.</param>
internal readonly record struct CandidateFacts(
    Expert Expert,
    int Slot,
    float Ability,
    float Integrity,
    float Doubt,
    float Seconds,
    float Usd,
    float Load,
    bool IsNewcomer)
{
    /// <summary>p, its expected quality.</summary>
    internal float Quality => Ability * Integrity;
}

/// <summary>How a plan came about: all that its trace tells and its outcome teaches. No prompt, no features.</summary>
internal sealed record PlanRecord
{
    internal required long GateVersion { get; init; }

    internal required ulong Seed { get; init; }

    internal required TaskMix Mix { get; init; }

    internal required Tradeoff Tradeoff { get; init; }

    /// <summary>The shortlist and the draw.</summary>
    internal required GateDecision Decision { get; init; }

    /// <summary>The shortlist's candidates in its order, and an explored newcomer behind them.</summary>
    internal required CandidateFacts[] Facts { get; init; }

    /// <summary>How many could have been asked.</summary>
    internal required int Eligible { get; init; }

    internal required RejectCounts Rejected { get; init; }

    internal required float ExploreShare { get; init; }

    /// <summary>What the caller asked for.</summary>
    internal required Strategy Asked { get; init; }

    /// <summary>Which rule ranked the candidates.</summary>
    internal required Strategy Used { get; init; }

    /// <summary>Why another strategy was used than asked for; empty otherwise.</summary>
    internal string Because { get; init; } = "";

    /// <summary>What form an answer must have.</summary>
    internal AnswerKind Answer { get; init; }

    /// <summary>The lines of a plan of several; empty for a plan of one.</summary>
    internal IReadOnlyList<PlanLine> Lines { get; init; } = [];

    /// <summary>A bit for each place of the shortlist: who was passed over since another of its operator is in the
    /// plan.</summary>
    internal uint Kin { get; init; }

    /// <summary>The request's languages, looked for only where somebody knows one alone.</summary>
    internal Spoken Languages { get; init; }

    /// <summary>Whether the choice followed without a draw.</summary>
    internal bool IsGreedy { get; init; }

    /// <summary>Why the drawn best was passed over for another candidate: <c>hot</c>, <c>cached</c>; empty: it was
    /// not.</summary>
    internal string Moved { get; init; } = "";

    /// <summary>Experts that the caller named and that are not on the shortlist, with the reason.</summary>
    internal IReadOnlyList<(Upstream Upstream, Reject Reason)> Named { get; init; } = [];

    /// <summary>The conversation's beginning, where its model's cached input is cheaper; otherwise 0.</summary>
    internal ulong Prefix { get; init; }

    /// <summary>Whether the answer should carry its route.</summary>
    internal bool Explains { get; init; }

    /// <summary>Whether every model on offer could have been asked, as far as the caller is concerned.</summary>
    internal bool ChoosesModel { get; init; }

    /// <summary>Whether scores by kind of work decided.</summary>
    internal bool TrustsClusters { get; init; }

    /// <summary>How likely the choice of a candidate was.</summary>
    internal double PropensityOf(in CandidateFacts candidate)
    {
        if (IsGreedy)
        {
            return candidate.Slot == Decision.Slot && !Decision.IsExploration ? 1 : 0;
        }

        return Propensity.Of(Decision, candidate.Slot, ExploreShare, candidate.IsNewcomer);
    }

    /// <summary>What a candidate was seated for in a plan of several lines; null: it was not.</summary>
    internal string? RoleOf(in CandidateFacts candidate)
    {
        for (var line = 0; line < Lines.Count; line++)
        {
            if (ReferenceEquals(Lines[line].Candidates[0], candidate.Expert.Upstream))
            {
                return Lines[line].Role;
            }
        }

        return null;
    }

    /// <summary>How likely it was that this candidate's model was asked first, where the caller left the model open and
    /// the draw's word was taken; otherwise 0.</summary>
    internal double PropensityOfModel(in CandidateFacts candidate)
    {
        if (!ChoosesModel || IsGreedy || Moved.Length > 0 || Decision.IsExploration || candidate.Slot != Decision.Slot)
        {
            return 0;
        }

        var sum = 0.0;
        foreach (ref readonly var other in Facts.AsSpan())
        {
            sum += other.Expert.Upstream.Model == candidate.Expert.Upstream.Model
                ? Propensity.Drawn(Decision, other.Slot)
                : 0;
        }

        return Math.Min(1, sum);
    }

    /// <summary>What is known of an upstream of the plan.</summary>
    internal bool TryFind(Upstream upstream, out CandidateFacts found)
    {
        foreach (ref readonly var candidate in Facts.AsSpan())
        {
            if (ReferenceEquals(candidate.Expert.Upstream, upstream))
            {
                found = candidate;
                return true;
            }
        }

        found = default;
        return false;
    }
}
