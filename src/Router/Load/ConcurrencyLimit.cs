namespace Gateway.Router.Load;

/// <summary>How many requests an upstream may have in flight: earned one by one, lost by a third on trouble (additive
/// increase, multiplicative decrease: Chiu, Jain 1989). One thread.</summary>
internal sealed class ConcurrencyLimit
{
    private const double First = 2;
    private const double Most = 1024;
    private const double Kept = 0.7;

    private double _limit = First;
    private int _goodInWindow;

    /// <summary>Requests in flight now.</summary>
    internal int InFlight { get; private set; }

    /// <summary>The limit, at least 1.</summary>
    internal int Limit => (int)_limit;

    /// <summary>Share of the limit in use.</summary>
    internal double Load => (double)InFlight / Limit;

    /// <summary>Whether one more may be sent.</summary>
    internal bool HasRoom => InFlight < Limit;

    /// <summary>One more is sent.</summary>
    internal void Begin() => InFlight++;

    /// <summary>One has ended.</summary>
    /// <param name="isTrouble">A 429, a time-out, or a first token later than three times the median.</param>
    internal void End(bool isTrouble)
    {
        InFlight = Math.Max(0, InFlight - 1);
        if (isTrouble)
        {
            Shrink();
        }
        else if (++_goodInWindow >= Limit)
        {
            _limit = Math.Min(Most, _limit + 1);
            _goodInWindow = 0;
        }
    }

    /// <summary>Takes a third away, on trouble that shows only later.</summary>
    internal void Shrink()
    {
        _limit = Math.Max(1, _limit * Kept);
        _goodInWindow = 0;
    }
}
