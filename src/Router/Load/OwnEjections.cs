namespace Gateway.Router.Load;

/// <summary>For which organisations an upstream sits out: where one of them alone has failures, whatever their cause,
/// the upstream is not asked for that one, and serves all others. One thread at a time.</summary>
internal sealed class OwnEjections
{
    // Who fails at the same upstream at the same time; beyond that the oldest is forgotten.
    private const int MostOrgs = 64;

    private readonly Dictionary<Guid, Row> _rows = [];

    private readonly record struct Row(int Failures, int Ejections, long Until);

    /// <summary>Whether it may sit out for anybody.</summary>
    internal bool Any { get; private set; }

    /// <summary>Whether it sits out for that one at that moment.</summary>
    internal bool Holds(Guid org, long nowTicks) => _rows.TryGetValue(org, out var row) && nowTicks < row.Until;

    /// <summary>It has answered that one. Who has not come back long after his time is forgotten too.</summary>
    internal void Succeed(Guid org, long nowTicks)
    {
        if (_rows.Count == 0)
        {
            return;
        }

        _rows.Remove(org);
        foreach (var (other, row) in _rows)
        {
            if (row.Until != 0 && nowTicks - row.Until > Backoff.Longest.Ticks)
            {
                _rows.Remove(other);
            }
        }

        Any = _rows.Values.Any(static row => row.Until != 0);
    }

    /// <summary>It has failed that one: after five times in a row it sits out, each time twice as long. What was begun
    /// before and fails meanwhile does not count.</summary>
    internal void Fail(Guid org, long nowTicks)
    {
        var row = _rows.GetValueOrDefault(org);
        if (nowTicks < row.Until)
        {
            return;
        }

        row = row with { Failures = row.Failures + 1 };
        if (row.Failures >= FailureRecord.InARow)
        {
            row = row with { Ejections = row.Ejections + 1, Until = nowTicks + Backoff.Of(row.Ejections).Ticks };
            Any = true;
        }

        if (_rows.Count == MostOrgs && !_rows.ContainsKey(org))
        {
            _rows.Remove(_rows.MinBy(static pair => pair.Value.Until).Key);
        }

        _rows[org] = row;
    }
}

/// <summary>How long an upstream sits out.</summary>
internal static class Backoff
{
    internal static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private const int MostSteps = 5;

    /// <summary>The next time, after so many.</summary>
    internal static TimeSpan Of(int ejections)
    {
        var span = First * (1 << Math.Min(ejections, MostSteps));
        return span < Longest ? span : Longest;
    }
}
