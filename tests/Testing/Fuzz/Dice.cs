namespace Gateway.Testing.Fuzz;

/// <summary>All chance of one request: SplitMix64 (Steele, Lea, Flood 2014) from the run's seed and the request's
/// number, so that any request can be made again alone.</summary>
internal sealed class Dice(long seed, int number)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = unchecked(((ulong)seed * 0xD1B54A32D192ED03) + (ulong)number);

    /// <summary>From zero to below the limit.</summary>
    internal int Below(int limit) => (int)(((Next() >> 32) * (uint)limit) >> 32);

    /// <summary>True once in so many.</summary>
    internal bool OneIn(int count) => Below(count) == 0;

    internal T Pick<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    internal byte Byte() => (byte)Below(256);

    private ulong Next()
    {
        unchecked
        {
            _state += Step;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
