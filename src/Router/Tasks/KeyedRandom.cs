namespace Gateway.Router.Tasks;

/// <summary>A stream of numbers that follows from its key alone: SplitMix64 (Steele, Lea, Flood 2014). It makes replays
/// agree; nothing secret may come from it.</summary>
internal struct KeyedRandom(ulong key)
{
    private const ulong Step = 0x9e3779b97f4a7c15;
    private const int MantissaBits = 53;

    private ulong _state = key;

    /// <summary>The next 64 bits.</summary>
    internal ulong Next()
    {
        _state = unchecked(_state + Step);
        return Mix(_state);
    }

    /// <summary>The next number in [0, 1).</summary>
    internal double NextUnit() => (Next() >> (64 - MantissaBits)) * (1.0 / (1UL << MantissaBits));

    /// <summary>The next whole number in [0, <paramref name="end"/>).</summary>
    internal int NextBelow(int end) => (int)(NextUnit() * end);

    /// <summary>A well mixed function of 64 bits.</summary>
    internal static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
            value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
            return value ^ (value >> 31);
        }
    }
}
