namespace Gateway.Router.Load;

/// <summary>When a second attempt may be started beside a slow first one: rarely, and never because everything is slow.
/// </summary>
internal sealed class HedgePolicy
{
    /// <summary>Hedges per request within the window, at most.</summary>
    internal const double MostShare = 0.05;

    /// <summary>No hedge above this load.</summary>
    internal const double MostLoad = 0.8;

    /// <summary>No hedge for bodies above this many bytes.</summary>
    internal const long MostBytes = 1_000_000;

    /// <summary>Calls after which a figure of an upstream is believed.</summary>
    internal const int LeastSeen = 20;

    private const int WindowSeconds = 10;
    private const int Cells = 16;
    private const double ShortestDelay = 0.2;
    private const double LongestDelay = 5;
    private const double Late = 0.95;

    // A cell for each second, the second itself in its upper half and the count in its lower.
    private readonly long[] _requests = new long[Cells];
    private readonly long[] _hedges = new long[Cells];
    private readonly Lock _gate = new();

    /// <summary>How long to wait for a first token before hedging: the upstream's own p95, or that of all upstreams of
    /// the model while little is known of it; 0.2 to 5 s. Failed calls are in neither, or an upstream that only fails
    /// would be waited for the longest.</summary>
    internal static double Delay(LatencyHistogram own, LatencyHistogram ofModel)
    {
        var known = own.Count >= LeastSeen ? own : ofModel;
        return known.Count >= LeastSeen
            ? Math.Clamp(known.Quantile(Late), ShortestDelay, LongestDelay)
            : LongestDelay;
    }

    /// <summary>The same from a figure that is already known, in seconds; null: hardly anything is.</summary>
    internal static double Delay(double? late) =>
        late is { } seconds ? Math.Clamp(seconds, ShortestDelay, LongestDelay) : LongestDelay;

    /// <summary>Counts a request, hedged or not; takes no lock.</summary>
    /// <param name="now">Seconds of a clock that does not run backwards.</param>
    internal void Begin(double now) => Count(_requests, SecondOf(now));

    /// <summary>Takes a hedge from the budget, if there is one.</summary>
    /// <param name="now">As in <see cref="Begin"/>.</param>
    /// <param name="load">Share of all limits in use, 0 to 1.</param>
    /// <param name="bytes">Of the request's body.</param>
    internal bool TryHedge(double now, double load, long bytes)
    {
        if (load > MostLoad || bytes > MostBytes)
        {
            return false;
        }

        var second = SecondOf(now);
        lock (_gate)
        {
            if (Sum(_hedges, second) + 1 > MostShare * Sum(_requests, second))
            {
                return false;
            }

            Count(_hedges, second);
            return true;
        }
    }

    // Only differences of seconds count, so that it may wrap.
    private static uint SecondOf(double now) => unchecked((uint)(long)now);

    private static uint SecondOf(long cell) => unchecked((uint)(cell >> 32));

    private static void Count(long[] cells, uint second)
    {
        ref var cell = ref cells[second % Cells];
        var known = Volatile.Read(ref cell);
        while (true)
        {
            var next = SecondOf(known) == second ? known + 1 : ((long)second << 32) | 1;
            var found = Interlocked.CompareExchange(ref cell, next, known);
            if (found == known)
            {
                return;
            }

            known = found;
        }
    }

    // Of this second, as far as it has come, and the nine before it.
    private static long Sum(long[] cells, uint second)
    {
        var sum = 0L;
        for (var i = 0; i < Cells; i++)
        {
            var cell = Volatile.Read(ref cells[i]);
            sum += unchecked(second - SecondOf(cell)) < WindowSeconds ? unchecked((uint)cell) : 0;
        }

        return sum;
    }
}
