using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>Hashes that are the same in every process, so that replays agree between replicas.</summary>
internal static class StableHash
{
    // FNV-1a, 64 bits (draft-eastlake-fnv).
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Of a text.</summary>
    internal static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = Offset;
        foreach (var letter in text)
        {
            hash = unchecked((hash ^ letter) * Prime);
        }

        return KeyedRandom.Mix(hash);
    }

    /// <summary>Of a miner.</summary>
    internal static ulong Of(MinerKey key) => KeyedRandom.Mix(unchecked(
        Of(key.Hotkey) + (Of(key.Model) * Prime) + (((ulong)key.NetUid << 32) ^ (ulong)key.Registered)));
}
