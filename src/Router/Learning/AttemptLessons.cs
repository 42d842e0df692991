using Gateway.Router.Gating;
using Gateway.Router.Load;
using Gateway.Router.Planning;

namespace Gateway.Router.Learning;

/// <summary>Makes lessons of ended attempts and queues them for the gate, off the path of requests.</summary>
internal sealed class AttemptLessons(GateOwner owner, PrefixMemory prefixes)
{
    /// <summary>Learns from one attempt: a success teaches its times, a failure of the transport counts as a bad
    /// answer, and what was cancelled or refused as invalid teaches nothing.</summary>
    internal void Learn(RoutePlan plan, Upstream upstream, UpstreamLoad load, AttemptMark mark, in Timing timing)
    {
        if (mark == AttemptMark.Good)
        {
            owner.TryLearn(new Lesson(load, timing, null));
            Remember(plan.Record, upstream);
        }
        else if (mark == AttemptMark.Bad && plan.Record is { } record && record.TryFind(upstream, out var facts))
        {
            owner.TryLearn(OutcomeOf(record, facts, 0, LabelWeight.TransportFailure));
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

    private GateOutcome OutcomeOf(PlanRecord record, in CandidateFacts facts, double result, double label) =>
        new(facts.Expert.Miner, record.Mix, result, label, facts.Ability, owner.Now);
}
