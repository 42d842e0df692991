using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One source's observation, its time in Unix milliseconds.</summary>
internal readonly record struct RateSight(string Source, FxRate Rate, long At);

/// <summary>A sample that may be used.</summary>
internal readonly record struct RateSample(long Id, FxRate Rate, long At);

/// <summary>What earlier samples say: those usable of the last 10 minutes, the newest usable of all, and whether a
/// younger one waits for a person.</summary>
internal sealed record RateMemory(IReadOnlyList<FxRate> Recent, FxRate? Newest, bool IsWaiting)
{
    internal static RateMemory Empty { get; } = new([], null, IsWaiting: false);
}

/// <summary>What a round of observations is worth.</summary>
internal abstract record RateVerdict
{
    private RateVerdict()
    {
    }

    /// <summary>A sample.</summary>
    internal sealed record Usable(FxRate Rate) : RateVerdict;

    /// <summary>A sample that jumped and waits for a person.</summary>
    internal sealed record Held(FxRate Rate) : RateVerdict;

    /// <summary>No sample.</summary>
    internal sealed record None(string Reason) : RateVerdict;
}

/// <summary>How observations become a sample: pure.</summary>
internal static class RateRule
{
    internal const int MinSources = 3;
    internal const int MinFresh = 2;
    internal const long FreshMs = 120_000;
    internal const int MaxSpreadPercent = 3;
    internal const int MaxJumpPercent = 15;

    /// <summary>How long a sample serves: deposits after it, and jumps against it.</summary>
    internal const long ServesMs = 600_000;

    /// <summary>Whether a sample may price a deposit of a block. In SQL it is the condition of a query.</summary>
    /// <param name="at">The sample's time, Unix milliseconds.</param>
    /// <param name="block">The block's.</param>
    internal static bool Serves(long at, long block) => at <= block && at >= block - ServesMs;

    /// <summary>Judges one round.</summary>
    /// <param name="sources">How many sources were asked, silent ones too.</param>
    /// <param name="sights">What came back.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="memory">Of earlier samples.</param>
    internal static RateVerdict Judge(
        int sources, IReadOnlyList<RateSight> sights, long now, RateMemory memory)
    {
        if (sources < MinSources)
        {
            return new RateVerdict.None($"{sources} sources are configured, {MinSources} are needed");
        }

        var fresh = sights
            .Where(sight => sight.Rate.PicoUsdPerRao > 0 && Distance(now, sight.At) <= FreshMs)
            .Select(sight => sight.Rate.PicoUsdPerRao)
            .Order()
            .ToArray();
        if (fresh.Length < MinFresh)
        {
            return new RateVerdict.None($"{fresh.Length} sources are fresh, {MinFresh} are needed");
        }

        var median = Median(fresh);
        if (IsBeyond(fresh[0], fresh[^1], median, MaxSpreadPercent))
        {
            return new RateVerdict.None($"the sources differ by more than {MaxSpreadPercent} %");
        }

        return Jumps(median, memory) ? new RateVerdict.Held(new(median)) : new RateVerdict.Usable(new(median));
    }

    /// <summary>The middle value; of an even number the floor of the mean of the two in the middle.</summary>
    /// <param name="ordered">Ascending, at least one.</param>
    internal static long Median(ReadOnlySpan<long> ordered)
    {
        var (low, high) = (ordered[(ordered.Length - 1) / 2], ordered[ordered.Length / 2]);
        return low + ((high - low) / 2);
    }

    // While one waits for a person time alone must not let its like pass, so it is measured against the last usable
    // one, however old.
    private static bool Jumps(long median, RateMemory memory) =>
        memory.Recent.Any(rate => IsJump(rate, median))
        || (memory is { IsWaiting: true, Newest: { } newest } && IsJump(newest, median));

    private static bool IsJump(FxRate before, long after) =>
        IsBeyond(before.PicoUsdPerRao, after, before.PicoUsdPerRao, MaxJumpPercent);

    private static bool IsBeyond(long one, long other, long whole, int percent) =>
        Int128.Abs((Int128)one - other) * 100 > (Int128)whole * percent;

    private static Int128 Distance(long one, long other) => Int128.Abs((Int128)one - other);
}
