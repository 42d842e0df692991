using System.Numerics;

namespace Gateway.Api.Tests.Limits;

/// <summary>A leaky bucket in exact fractions, as slow and as plain as can be: the oracle of the fast one. Its level is
/// kept in unit-nanoseconds.</summary>
internal sealed class ExactBucket(long period)
{
    private BigInteger _level;
    private long _at;

    /// <summary>Whether an amount fits, give or take some nanoseconds.</summary>
    public bool Fits(long amount, long limit, long now, long slackNanos)
    {
        Leak(limit, now);
        var room = ((BigInteger)limit * period) + ((BigInteger)slackNanos * limit);
        return _level + ((BigInteger)amount * period) <= room;
    }

    /// <summary>Adds an amount; returns when it will have leaked out, rounded down.</summary>
    public long Add(long amount, long limit, long now)
    {
        Leak(limit, now);
        _level += (BigInteger)amount * period;
        return now + (long)(_level / limit);
    }

    public void GiveBack(long amount, long limit, long mark, long now)
    {
        Leak(limit, now);
        var unused = BigInteger.Min((BigInteger)amount * period, (BigInteger)Math.Max(0, mark - now) * limit);
        _level = BigInteger.Max(0, _level - unused);
    }

    private void Leak(long limit, long now)
    {
        _level = BigInteger.Max(0, _level - ((BigInteger)(now - _at) * limit));
        _at = now;
    }
}
