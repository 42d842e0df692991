using System.Collections.Concurrent;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Limits;

/// <summary>The buckets in use on this replica. Finding one takes no lock; idle ones are forgotten when new ones
/// come.</summary>
internal sealed class BucketTable(int capacity = BucketTable.DefaultCapacity)
{
    public const int DefaultCapacity = 262_144;

    private const int RetryAfterSeconds = 1;
    private const long SweepEvery = Rate.Minute;
    private const long SweepWhenFull = Rate.Minute / 60;

    private readonly ConcurrentDictionary<BucketKey, BucketGroup> _groups = new();
    private long _lastSweep;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The buckets of a scope, or null when nothing was taken of them for long.</summary>
    public BucketGroup? Peek(BucketKey key) => _groups.GetValueOrDefault(key);

    /// <summary>The buckets of a scope, made where missing.</summary>
    /// <exception cref="RefusedException">503: too many scopes are in use at once.</exception>
    public BucketGroup Find(BucketKey key, long now) =>
        _groups.TryGetValue(key, out var group) ? group : Add(key, now);

    private BucketGroup Add(BucketKey key, long now)
    {
        var last = Volatile.Read(ref _lastSweep);
        if (now - last > (Count >= capacity ? SweepWhenFull : SweepEvery)
            && Interlocked.CompareExchange(ref _lastSweep, now, last) == last)
        {
            Sweep(now);
        }

        if (Count >= capacity)
        {
            throw new RefusedException(OpenAiError.Server(StatusCodes.Status503ServiceUnavailable, "overloaded",
                "Too many limits are in use here. Repeat the request after a moment.", RetryAfterSeconds));
        }

        var group = new BucketGroup();
        if (_groups.TryAdd(key, group))
        {
            Interlocked.Increment(ref _count);
            return group;
        }

        return Find(key, now);
    }

    private void Sweep(long now)
    {
        foreach (var entry in _groups)
        {
            if (entry.Value.TryRetire(now) && _groups.TryRemove(entry))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }
}
