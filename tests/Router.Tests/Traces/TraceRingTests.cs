using Gateway.Core;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Gateway.Router.Tests.Planning;
using Gateway.Router.Traces;

namespace Gateway.Router.Tests.Traces;

public sealed class TraceRingTests
{
    private readonly TraceRing _ring = new();

    [Fact]
    public void The_last_thousand_requests_are_found_and_no_other()
    {
        var traces = Traces(3 * TraceRing.Length);
        traces.ForEach(_ring.Add);

        var last = traces[^1000..];
        var found = last.Count(trace => ReferenceEquals(_ring.Find(trace.Request), trace));
        var kept = traces.Count(trace => _ring.Find(trace.Request) is not null);

        // A thousand fall into 1,024 sets; that eight of them share one with a ninth is rare (2 in a million each).
        Assert.InRange(found, 998, 1000);
        Assert.InRange(kept, TraceRing.Length - 64, TraceRing.Length);
        Assert.Null(_ring.Find(RequestId.Create(TimeProvider.System)));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nobody_but_the_oldest()
    {
        var traces = Traces(1000);
        await Parallel.ForEachAsync(traces, TestContext.Current.CancellationToken, (trace, _) =>
        {
            _ring.Add(trace);
            return ValueTask.CompletedTask;
        });

        Assert.InRange(traces.Count(trace => ReferenceEquals(_ring.Find(trace.Request), trace)), 998, 1000);
    }

    private static List<RouteTrace> Traces(int count)
    {
        var view = Experts.View([Experts.Of("a", "m")], new LoadTable(TimeProvider.System));
        var planned = Planner.Plan(
            view, new(RequestId.Create(TimeProvider.System), ModelId.Auto, Features.None, RouteWish.None));
        var record = Assert.IsType<Planned.Route>(planned).Plan.Record!;
        return [.. Enumerable.Range(0, count).Select(_ => new RouteTrace(
            RequestId.Create(TimeProvider.System), Guid.Empty, DateTimeOffset.UnixEpoch, 1, record, [], null))];
    }
}
