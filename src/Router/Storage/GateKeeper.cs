using System.Diagnostics.CodeAnalysis;
using Gateway.Router.Gating;
using Gateway.Router.Learning;
using Gateway.Router.Planning;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Router.Storage;

/// <summary>Keeps the gate's memory: follows prices, writes what this process learned, reads what others did. Without
/// its store it routes on, remembers what is to be written, and says so.</summary>
internal sealed partial class GateKeeper(
    GateOwner owner, RoutingViews views, TraceShelf shelf, PromptSampler prompts, RouterStore? store,
    ILogger<GateKeeper> logger) : BackgroundService
{
    /// <summary>Traces stored in one beat; of the others only those of the last requests are found.</summary>
    internal const int MostTraces = 400;

    internal static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    /// <summary>How long traces and ratings are kept.</summary>
    internal static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private static readonly TimeSpan Silence = TimeSpan.FromHours(24);
    private const int BeatsBetweenCleanings = 1800;

    private readonly ClusterKeeper _clusters = new(owner, prompts);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<(string Kind, string Name, int Generation), NamedRow> _unwritten = [];
    private readonly Dictionary<Guid, long> _known = [];
    private int _beats;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Opens the store and takes in what is there.</summary>
    internal async Task OpenAsync(CancellationToken ct)
    {
        if (store is not null)
        {
            await TryAsync(async stop =>
            {
                await store.MigrateAsync(stop);
                shelf.Use(store);
                await PullAsync(stop);
                await _clusters.FollowAsync(store, stop);
            }, ct);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await BeatAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    /// <summary>One round; rounds take turns.</summary>
    internal async Task BeatAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            views.FollowPrices();
            if (store is null)
            {
                _clusters.Follow();
            }
            else
            {
                await TryAsync(ExchangeAsync, ct);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, owner.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await BeatAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task ExchangeAsync(CancellationToken ct)
    {
        if (!shelf.IsStoreReachable)
        {
            await store!.MigrateAsync(ct);
            shelf.Use(store);
        }

        await PushAsync(ct);
        await PullAsync(ct);
        await _clusters.FollowAsync(store!, ct);
        if (_beats++ % BeatsBetweenCleanings == 0)
        {
            await CleanAsync(ct);
        }
    }

    private async Task PushAsync(CancellationToken ct)
    {
        foreach (var row in owner.Enter((book, _) => GateRows.TakeChanged(book)))
        {
            _unwritten[(row.Kind, row.Name, row.Row.Generation)] = row;
        }

        var now = owner.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await store!.RunAsync(session => GateSql.PushAsync(session, owner.Incarnation, _unwritten.Values, now), ct);
        _unwritten.Clear();
        var (traces, ratings) = shelf.Take(MostTraces);
        if (traces.Count + ratings.Count > 0)
        {
            await store.RunAsync(session => TraceSql.KeepAsync(session, traces, ratings), ct);
        }
    }

    // Runs that were heard of since the last time. When one is gone it was folded into the base: everything is read
    // anew, or it would count twice.
    private async Task PullAsync(CancellationToken ct)
    {
        var read = await store!.RunAsync(async session =>
        {
            var replicas = (await GateSql.ReplicasAsync(session)).ToDictionary();
            var isGone = _known.Keys.Any(known => !replicas.ContainsKey(known));
            var rows = new List<NamedRow>();
            foreach (var (incarnation, seen) in replicas)
            {
                if (incarnation != owner.Incarnation && (isGone || _known.GetValueOrDefault(incarnation) != seen))
                {
                    rows.AddRange(await GateSql.RowsAsync(session, incarnation));
                }
            }

            return (Replicas: replicas, IsGone: isGone, Rows: rows);
        }, ct);
        if (read.Rows.Count > 0 || read.IsGone)
        {
            owner.Enter((_, _) => 0, book => book.Merge(read.Rows, read.IsGone));
        }

        _known.Clear();
        foreach (var (incarnation, seen) in read.Replicas)
        {
            _known[incarnation] = seen;
        }
    }

    private async Task CleanAsync(CancellationToken ct)
    {
        var now = owner.Time.GetUtcNow();
        await store!.RunAsync(
            session => TraceSql.ForgetAsync(session, (now - Retention).ToUnixTimeMilliseconds()), ct);
        await store.RunAsync(
            session => GateSql.FoldAsync(
                session, (now - Silence).ToUnixTimeMilliseconds(), owner.HalfLife, now.ToUnixTimeMilliseconds()), ct);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "What is learned is worth less than a running gateway: whatever its store does, it routes on.")]
    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        try
        {
            await work(ct);
            shelf.IsStoreReachable = true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            if (shelf.IsStoreReachable)
            {
                Log.Unreachable(logger, failure);
            }

            shelf.IsStoreReachable = false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1010, LogLevel.Warning, "What is learned about experts cannot be stored now; it is kept")]
        internal static partial void Unreachable(ILogger logger, Exception failure);
    }
}
