using Gateway.Router.Gating;
using Gateway.Router.Load;
using Gateway.Router.Planning;

namespace Gateway.Router.Learning;

/// <summary>Makes lessons of ended attempts and queues them for the gate, off the path of requests.</summary>
internal sealed class AttemptLessons(GateOwner owner, PrefixMemory prefixes, FailureBudget budget)
{
    /// <summary>Learns from one attempt: a success teaches its times and that an answer came, a failure of the
    /// transport that none did, and what was cancelled or refused as invalid teaches nothing.</summary>
    internal void Learn(RoutePlan plan, Upstream upstream, UpstreamLoad load, AttemptMark mark, in Timing timing)
    {
        if (mark == AttemptMark.Good)
        {
            owner.TryLearn(new Lesson(load, timing, null) { Reach = ReachOf(plan, upstream, true) });
            Remember(plan.Record, upstream);
        }
        else if (mark == AttemptMark.Bad && ReachOf(plan, upstream, false) is { } reach)
        {
            owner.TryLearn(new Lesson(null, default, null) { Reach = reach });
        }
    }

    /// <summary>Learns a judgement of a candidate's answer.</summary>
    /// <param name="record">The plan it was chosen by.</param>
    /// <param name="facts">The candidate, as the plan saw it.</param>
    /// <param name="result">0 to 1.</param>
    /// <param name="label">How far the judgement is trusted.</param>
    internal void Judge(PlanRecord record, in CandidateFacts facts, double result, double label) =>
        owner.TryLearn(OutcomeOf(record, facts, result, label));

    private void Remember(PlanRecord? record, Upstream upstream)
    {
        if (record is { Prefix: not 0 } && record.TryFind(upstream, out var facts))
        {
            prefixes.Remember(record.Prefix, facts.Expert.Miner);
        }
    }

    private GateReach? ReachOf(RoutePlan plan, Upstream upstream, bool hasAnswered) =>
        plan.Record is { } record && record.TryFind(upstream, out var facts)
            && budget.MayTeach(plan.Owner, facts.Expert.Miner, hasAnswered)
            ? new(facts.Expert.Miner, hasAnswered, owner.Now)
            : null;

    private GateOutcome OutcomeOf(PlanRecord record, in CandidateFacts facts, double result, double label) =>
        new(facts.Expert.Miner, record.Mix, result, label, facts.Ability, owner.Now)
        {
            Propensity = record.PropensityOfModel(facts),
        };
}
