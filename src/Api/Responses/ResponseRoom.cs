using System.Collections.Concurrent;
using Gateway.Api.Content;
using Gateway.Api.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Responses;

/// <summary>What organisations' stored responses take of their quota, as this replica knows it: their sum is read every
/// few seconds at most, and what is stored and under way here since counts on top. So a quota is exceeded by no more
/// than the answers under way and what other replicas store within those seconds.</summary>
internal sealed class ResponseRoom(
    IDbContextFactory<ContentDb> contexts, GatewaySettings settings, TimeProvider time)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, Figure> _figures = new();

    /// <summary>The bytes that an organisation's responses may have in all.</summary>
    public long Quota => settings.ResponseQuotaBytes;

    /// <summary>Takes room for a response under way, until that is disposed; null: there is none left.</summary>
    /// <param name="org">Whose.</param>
    /// <param name="bytes">Of its request.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IDisposable?> TakeAsync(Guid org, long bytes, CancellationToken ct)
    {
        var figure = _figures.GetOrAdd(org, static _ => new());
        await figure.Reading.WaitAsync(ct);
        try
        {
            if (figure.ReadAt is not { } read || time.GetElapsedTime(read) >= GoodFor)
            {
                figure.Read(await SumAsync(org, ct), time.GetTimestamp());
            }
        }
        finally
        {
            figure.Reading.Release();
        }

        return figure.TryTake(bytes, Quota) ? new Taken(figure, bytes) : null;
    }

    /// <summary>A response was stored.</summary>
    public void Add(Guid org, long bytes)
    {
        if (_figures.TryGetValue(org, out var figure))
        {
            figure.Add(bytes);
        }
    }

    /// <summary>Some were deleted: the sum is read anew.</summary>
    public void Forget(Guid org)
    {
        if (_figures.TryGetValue(org, out var figure))
        {
            figure.Forget();
        }
    }

    private async Task<long> SumAsync(Guid org, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await db.Responses.Where(row => row.Org == org && row.ExpiresAt > now).SumAsync(row => row.Bytes, ct);
    }

    private sealed class Figure
    {
        private readonly Lock _lock = new();
        private long _stored;
        private long _underWay;

        internal SemaphoreSlim Reading { get; } = new(1, 1);

        internal long? ReadAt { get; private set; }

        internal void Read(long stored, long at)
        {
            lock (_lock)
            {
                (_stored, ReadAt) = (stored, at);
            }
        }

        internal void Add(long bytes)
        {
            lock (_lock)
            {
                _stored += bytes;
            }
        }

        internal void Forget()
        {
            lock (_lock)
            {
                ReadAt = null;
            }
        }

        internal bool TryTake(long bytes, long quota)
        {
            lock (_lock)
            {
                var hasRoom = _stored + _underWay < quota;
                _underWay += hasRoom ? bytes : 0;
                return hasRoom;
            }
        }

        internal void GiveBack(long bytes)
        {
            lock (_lock)
            {
                _underWay -= bytes;
            }
        }
    }

    private sealed class Taken(Figure figure, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose() => figure.GiveBack(Interlocked.Exchange(ref _bytes, 0));
    }
}
