using System.Diagnostics.CodeAnalysis;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Pauses between attempts: doubling from the shortest to the longest, each drawn from its upper half so that
/// many clients do not come back at one moment.</summary>
internal sealed class Backoff(RpcOptions options, Random random)
{
    private TimeSpan _next = options.ShortestPause;

    [SuppressMessage("Security", "CA5394", Justification = "Nothing secret depends on a pause.")]
    public TimeSpan Next()
    {
        var ceiling = _next;
        _next = ceiling * 2 < options.LongestPause ? ceiling * 2 : options.LongestPause;
        return new TimeSpan(random.NextInt64(ceiling.Ticks / 2, ceiling.Ticks + 1));
    }

    /// <summary>Begins again with the shortest.</summary>
    public void Reset() => _next = options.ShortestPause;
}
