using Gateway.Router.Forwarding;
using Gateway.Router.Storage;
using Gateway.Router.Traces;

namespace Gateway.Router.Learning;

/// <summary>What is kept of a request once it has ended: lessons for the gate, and its trace.</summary>
internal sealed class LearningDesk(AttemptLessons lessons, TraceShelf shelf)
{
    internal AttemptLessons Lessons => lessons;

    /// <summary>Keeps a request's trace.</summary>
    /// <returns>It as JSON where the caller wants it in the answer; otherwise null.</returns>
    internal byte[]? Trace(ChatCall call, IReadOnlyList<Attempt> attempts, Upstream? served)
    {
        var plan = call.Plan;
        if (plan.Record is not { } record)
        {
            return null;
        }

        var trace = new RouteTrace(
            plan.Request, plan.Owner, call.Chat.Started, plan.SnapshotVersion, record, attempts, served);
        shelf.Add(trace);
        return record.Explains ? trace.Json : null;
    }
}
