using System.Collections.Concurrent;

namespace Gateway.DevNet.Miners;

/// <summary>Remembers request ids for at least <paramref name="span"/>, in two generations of at most
/// <paramref name="capacity"/> ids. Full, it refuses all: forgetting would let a replay in. Safe for concurrent
/// use.</summary>
internal sealed class ReplayWindow(TimeSpan span, int capacity, TimeProvider time)
{
    private readonly Lock _turning = new();
    private Generations _now = new(time.GetTimestamp(), [], []);

    /// <summary>Whether this id is new, and if so takes it.</summary>
    internal bool TryTake(string id)
    {
        var (_, current, previous) = Turned();
        return current.Count < capacity && !previous.ContainsKey(id) && current.TryAdd(id, 0);
    }

    private Generations Turned()
    {
        var seen = Volatile.Read(ref _now);
        if (time.GetElapsedTime(seen.Since) < span)
        {
            return seen;
        }

        lock (_turning)
        {
            if (time.GetElapsedTime(_now.Since) >= span)
            {
                Volatile.Write(ref _now, new Generations(time.GetTimestamp(), [], _now.Current));
            }

            return _now;
        }
    }

    private sealed record Generations(
        long Since, ConcurrentDictionary<string, byte> Current, ConcurrentDictionary<string, byte> Previous);
}
