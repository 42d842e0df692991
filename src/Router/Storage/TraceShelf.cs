using System.Threading.Channels;
using Gateway.Core;
using Gateway.Router.Traces;

namespace Gateway.Router.Storage;

/// <summary>Where traces and ratings are found: the last ones in memory, older ones in the store. Nothing here waits
/// for the store on the path of a request: what is to be kept queues up, and is dropped when too much waits.</summary>
internal sealed class TraceShelf(TimeProvider time)
{
    private const int MostWaiting = 4096;

    private readonly TraceRing _ring = new();
    private readonly Channel<RouteTrace> _traces = CreateQueue<RouteTrace>();
    private readonly Channel<Rating> _ratings = CreateQueue<Rating>();
    private volatile RouterStore? _store;

    /// <summary>One rating, as it is stored.</summary>
    internal sealed record Rating(RequestId Request, Guid Owner, double Value, string? Comment, DateTimeOffset At);

    /// <summary>Whether the store answered when it was last asked; true where there is none.</summary>
    internal bool IsStoreReachable { get; set; } = true;

    /// <summary>From now on older ones are kept and looked for there.</summary>
    internal void Use(RouterStore store) => _store = store;

    internal void Add(RouteTrace trace)
    {
        _ring.Add(trace);
        if (_store is not null)
        {
            _traces.Writer.TryWrite(trace);
        }
    }

    internal RouteTrace? InMemory(RequestId request) => _ring.Find(request);

    internal async Task<ReadOnlyMemory<byte>?> FindAsync(RequestId request, Guid owner, CancellationToken ct)
    {
        // No conditional expressions: there null would become an empty memory, by way of byte[].
        if (_ring.Find(request) is { } trace)
        {
            if (trace.Owner != owner)
            {
                return null;
            }

            return trace.Json;
        }

        if (_store is not { } store)
        {
            return null;
        }

        return await ReadAsync(store, request, owner, ct);
    }

    internal async Task<bool> ExistsAsync(RequestId request, Guid owner, CancellationToken ct) =>
        await FindAsync(request, owner, ct) is not null;

    /// <summary>Keeps a rating; returns the one it replaces, as far as this process took it.</summary>
    internal double? Rate(RequestId request, Guid owner, double rating, string? comment)
    {
        if (_store is not null)
        {
            _ratings.Writer.TryWrite(new(request, owner, rating, comment, time.GetUtcNow()));
        }

        return _ring.Find(request)?.Rate(rating);
    }

    /// <summary>What waits to be stored, at most so many of each.</summary>
    internal (List<RouteTrace> Traces, List<Rating> Ratings) Take(int most) =>
        (Take(_traces.Reader, most), Take(_ratings.Reader, most));

    private static Channel<T> CreateQueue<T>() => Channel.CreateBounded<T>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    private static List<T> Take<T>(ChannelReader<T> reader, int most)
    {
        var taken = new List<T>();
        while (taken.Count < most && reader.TryRead(out var one))
        {
            taken.Add(one);
        }

        return taken;
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(
        RouterStore store, RequestId request, Guid owner, CancellationToken ct)
    {
        try
        {
            var found = await store.RunAsync(session => TraceSql.FindAsync(session, request, owner), ct);
            if (found is null)
            {
                return null;
            }

            return found;
        }
        catch (Exception failure) when (RouterStore.IsOutage(failure))
        {
            return null;
        }
    }
}
