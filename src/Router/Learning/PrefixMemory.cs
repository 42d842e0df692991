using System.Collections.Concurrent;

namespace Gateway.Router.Learning;

/// <summary>Which miner answered a conversation's last turn, and so may have its beginning in memory. Only a hint: it
/// forgets the oldest, and after a few minutes everything.</summary>
internal sealed class PrefixMemory(TimeProvider time)
{
    /// <summary>Conversations remembered at once.</summary>
    internal const int Most = 16_384;

    // About as long as servers keep what nobody asks for.
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<ulong, (int Miner, long At)> _warm = new();
    private readonly ConcurrentQueue<ulong> _order = new();

    /// <summary>The miner that has it in memory; -1: nobody is known to.</summary>
    internal int Find(ulong prefix) =>
        prefix != 0 && _warm.TryGetValue(prefix, out var warm) && time.GetElapsedTime(warm.At) < Kept
            ? warm.Miner
            : -1;

    internal void Remember(ulong prefix, int miner)
    {
        if (prefix == 0)
        {
            return;
        }

        if (_warm.TryAdd(prefix, (miner, time.GetTimestamp())))
        {
            _order.Enqueue(prefix);
        }
        else
        {
            _warm[prefix] = (miner, time.GetTimestamp());
        }

        while (_warm.Count > Most && _order.TryDequeue(out var oldest))
        {
            _warm.TryRemove(oldest, out _);
        }
    }
}
