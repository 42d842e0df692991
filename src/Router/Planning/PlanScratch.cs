using Gateway.Router.Gating;
using Gateway.Router.Load;

namespace Gateway.Router.Planning;

/// <summary>Room for one plan at a time, one for each thread, so that planning over thousands of upstreams allocates
/// nothing for each of them.</summary>
internal sealed class PlanScratch
{
    [ThreadStatic]
    private static PlanScratch? _ofThread;

    private LiveView _live = LiveView.Idle(0);

    /// <summary>This thread's.</summary>
    internal static PlanScratch Current => _ofThread ??= new();

    internal GateScratch Gate { get; } = new();

    /// <summary>The live state, read once for this plan; bars are the sieve's to set.</summary>
    internal LiveView Read(LiveBoard board)
    {
        var slots = board.Loads.Length;
        if (_live.Bars.Length < slots)
        {
            _live = LiveView.Idle(slots);
        }

        board.Loads.CopyTo(_live.Loads, 0);
        board.First.CopyTo(_live.Seconds, 0);
        board.PerToken.CopyTo(_live.Paces, 0);
        board.Penalties.CopyTo(_live.Bars, 0);
        return _live;
    }
}
