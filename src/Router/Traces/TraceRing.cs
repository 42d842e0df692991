using System.Collections.Concurrent;
using Gateway.Core;

namespace Gateway.Router.Traces;

/// <summary>The traces of the last requests. What is pushed out is found in the store, as far as it was kept there.
/// </summary>
internal sealed class TraceRing
{
    /// <summary>Requests whose traces are in memory; about 1.5 KB each.</summary>
    internal const int Length = 8192;

    private readonly RouteTrace?[] _ring = new RouteTrace?[Length];
    private readonly ConcurrentDictionary<RequestId, RouteTrace> _byRequest = new();
    private long _next = -1;

    internal void Add(RouteTrace trace)
    {
        var place = Interlocked.Increment(ref _next) % Length;
        var old = Interlocked.Exchange(ref _ring[place], trace);
        if (old is not null)
        {
            _byRequest.TryRemove(new(old.Request, old));
        }

        _byRequest[trace.Request] = trace;
    }

    /// <summary>A request's trace; null when it is not, or no longer, here.</summary>
    internal RouteTrace? Find(RequestId request) => _byRequest.GetValueOrDefault(request);
}
