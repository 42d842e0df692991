namespace Gateway.Simulation;

/// <summary>All chance of a run: xoshiro256** (D. Blackman and S. Vigna), seeded by SplitMix64.</summary>
internal sealed class Dice
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    internal Dice(long seed)
    {
        var state = unchecked((ulong)seed);
        (_a, _b, _c, _d) = (Split(ref state), Split(ref state), Split(ref state), Split(ref state));
    }

    /// <summary>From zero to below the limit.</summary>
    internal int Below(int limit) => (int)(((Next() >> 32) * (uint)limit) >> 32);

    /// <summary>From the first to the last, both included.</summary>
    internal long Between(long first, long last) => first + (long)(Next() % (ulong)(last - first + 1));

    /// <summary>True once in so many.</summary>
    internal bool OneIn(int count) => Below(count) == 0;

    internal T Pick<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    /// <summary>Takes one out of a list, which loses its order.</summary>
    internal T Take<T>(List<T> list)
    {
        var at = Below(list.Count);
        var taken = list[at];
        list[at] = list[^1];
        list.RemoveAt(list.Count - 1);
        return taken;
    }

    private ulong Next()
    {
        unchecked
        {
            var result = ulong.RotateLeft(_b * 5, 7) * 9;
            var shifted = _b << 17;
            _c ^= _a;
            _d ^= _b;
            _b ^= _c;
            _a ^= _d;
            _c ^= shifted;
            _d = ulong.RotateLeft(_d, 45);
            return result;
        }
    }

    private static ulong Split(ref ulong state)
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
