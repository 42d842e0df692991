using Gateway.Core;

namespace Gateway.Router.Traces;

/// <summary>The traces of the last requests. What is pushed out is found in the store, as far as it was kept there.
/// A set takes the requests of one hash and forgets its oldest, so that nothing is kept beside the traces: the last
/// thousand are all but surely here, and no trace for longer than some <see cref="Length"/> requests.</summary>
internal sealed class TraceRing
{
    /// <summary>Requests whose traces are in memory; about 1.5 KB each.</summary>
    internal const int Length = Sets * Ways;

    private const int Sets = 1024;
    private const int Ways = 8;

    private readonly RouteTrace?[] _traces = new RouteTrace?[Length];
    private readonly int[] _next = new int[Sets];

    internal void Add(RouteTrace trace)
    {
        var set = SetOf(trace.Request);
        var way = Interlocked.Increment(ref _next[set]) & (Ways - 1);
        Volatile.Write(ref _traces[(set * Ways) + way], trace);
    }

    /// <summary>A request's trace; null when it is not, or no longer, here.</summary>
    internal RouteTrace? Find(RequestId request)
    {
        var first = SetOf(request) * Ways;
        for (var place = first; place < first + Ways; place++)
        {
            if (Volatile.Read(ref _traces[place]) is { } trace && trace.Request == request)
            {
                return trace;
            }
        }

        return null;
    }

    private static int SetOf(RequestId request) => request.GetHashCode() & (Sets - 1);
}
