namespace Gateway.Billing;

/// <summary>How fast an account spends on this replica, and how much its requests hold at first; both decide how much
/// is leased at once. Read and written roughly: a wrong value costs a round trip, never money.</summary>
internal sealed class LeasePace
{
    /// <summary>The least that is worth a move: 0.001 USD.</summary>
    internal const long LeastQuantum = 1_000_000;

    private const int HoldsRemembered = 256;
    private const int SecondsAhead = 60;
    private const int Smoothing = 8;

    private long _largest = LeastQuantum;
    private long _largestBefore;
    private int _holds;
    private long _perSecond;
    private long _consumedBefore;

    /// <summary>The largest first hold of the last 256 requests or so.</summary>
    internal long Quantum => long.Max(Volatile.Read(ref _largest), Volatile.Read(ref _largestBefore));

    /// <summary>What a minute may take.</summary>
    internal long Want => (long)Int128.Min(
        long.MaxValue / 2, Int128.Max(Quantum, (Int128)Volatile.Read(ref _perSecond) * SecondsAhead));

    internal void Took(long hold)
    {
        if (hold > _largest)
        {
            _largest = hold;
        }

        if (++_holds >= HoldsRemembered)
        {
            (_largestBefore, _largest, _holds) = (_largest, LeastQuantum, 0);
        }
    }

    /// <summary>Called once a second with everything charged so far.</summary>
    internal void Second(long consumed)
    {
        var spent = consumed - _consumedBefore;
        _consumedBefore = consumed;
        Volatile.Write(ref _perSecond, ((_perSecond * (Smoothing - 1)) + spent) / Smoothing);
    }
}
