using System.Threading.Channels;
using Gateway.Core;
using Gateway.Router.Traces;

namespace Gateway.Router.Storage;

/// <summary>Where traces and ratings are found: the last ones in memory, older ones in the store. Nothing here waits
/// for the store on the path of a request: what is to be kept queues up, and is dropped when too much waits.</summary>
internal sealed class TraceShelf
{
    private const int MostWaiting = 4096;

    private readonly TraceRing _ring = new();
    private readonly Channel<RouteTrace> _traces = CreateQueue<RouteTrace>();
    private readonly Channel<Rating> _ratings = CreateQueue<Rating>();
    private volatile RouterStore? _store;

    /// <summary>One rating, as it is stored.</summary>
    /// <param name="Request">What is rated.</param>
    /// <param name="Owner">By whom.</param>
    /// <param name="Value">-1 to 1.</param>
    /// <param name="Comment">What was said with it.</param>
    /// <param name="At">When.</param>
    /// <param name="Expert">Who answered; null: nobody is judged by it.</param>
    internal sealed record Rating(
        RequestId Request, Guid Owner, double Value, string? Comment, DateTimeOffset At, string? Expert)
    {
        /// <summary>Whether the expert was judged by it.</summary>
        internal bool IsLearned { get; init; }
    }

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

    /// <summary>Keeps a rating and says what is to be learned of it, over all replicas: the last one of a request takes
    /// the place of the one before, and an organisation's of one expert in a day are bounded.</summary>
    /// <param name="rating">The rating.</param>
    /// <param name="most">Ratings of one expert that one organisation's day has.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>Null where there is no store, or it does not answer: <see cref="Keep"/> then keeps it until it does.
    /// </returns>
    internal async Task<TraceSql.Judged?> TryRateAsync(Rating rating, int most, CancellationToken ct)
    {
        if (_store is not { } store)
        {
            return null;
        }

        try
        {
            return await store.RunAsync(session => TraceSql.RateAsync(session, rating, most), ct);
        }
        catch (Exception failure) when (RouterStore.IsOutage(failure))
        {
            return null;
        }
    }

    /// <summary>Keeps a rating for the store.</summary>
    internal void Keep(Rating rating)
    {
        if (_store is not null)
        {
            _ratings.Writer.TryWrite(rating);
        }
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
