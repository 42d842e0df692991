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

    private const double WindowSeconds = 10;
    private const double ShortestDelay = 0.2;
    private const double LongestDelay = 5;
    private const double Late = 0.95;
    private readonly Queue<double> _requests = new();
    private readonly Queue<double> _hedges = new();
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

    /// <summary>Counts a request, hedged or not.</summary>
    /// <param name="now">Seconds of a clock that does not run backwards.</param>
    internal void Begin(double now)
    {
        lock (_gate)
        {
            Forget(now);
            _requests.Enqueue(now);
        }
    }

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

        lock (_gate)
        {
            Forget(now);
            if (_hedges.Count + 1 > MostShare * _requests.Count)
            {
                return false;
            }

            _hedges.Enqueue(now);
            return true;
        }
    }

    private void Forget(double now)
    {
        while (_requests.TryPeek(out var oldest) && oldest < now - WindowSeconds)
        {
            _requests.Dequeue();
        }

        while (_hedges.TryPeek(out var oldest) && oldest < now - WindowSeconds)
        {
            _hedges.Dequeue();
        }
    }
}
