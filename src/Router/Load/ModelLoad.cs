namespace Gateway.Router.Load;

/// <summary>How a model does over all its upstreams. Safe for any thread.</summary>
internal sealed class ModelLoad
{
    private const int Hours = 24;

    private readonly Lock _gate = new();
    private readonly Pace _pace = new();
    private readonly (long Hour, long Good, long Bad)[] _hours = new (long, long, long)[Hours];

    /// <summary>Counts an attempt's end.</summary>
    internal void Count(bool isGood, DateTimeOffset now)
    {
        lock (_gate)
        {
            ref var hour = ref _hours[HourOf(now) % Hours];
            hour = hour.Hour == HourOf(now) ? hour : (HourOf(now), 0, 0);
            hour = isGood ? hour with { Good = hour.Good + 1 } : hour with { Bad = hour.Bad + 1 };
        }
    }

    internal void Add(in Timing timing)
    {
        lock (_gate)
        {
            _pace.Add(timing);
        }
    }

    /// <summary>The figures as of now.</summary>
    internal LiveFigures Read(DateTimeOffset now)
    {
        lock (_gate)
        {
            var tokens = _pace.TokenMedian;
            return new(
                Known(_pace.FirstMedian), Known(_pace.FirstLate), tokens > 0 ? 1 / tokens : null,
                Share(HourOf(now), 1), Share(HourOf(now), Hours));
        }
    }

    /// <summary>The median and the late time to a first token over all upstreams, as a histogram's copy would give
    /// them.</summary>
    internal (double Median, double Late, double Count) First()
    {
        lock (_gate)
        {
            return (_pace.FirstMedian, _pace.FirstLate, _pace.First.Count);
        }
    }

    private static long HourOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / 3600;

    private static double? Known(double seconds) => seconds > 0 ? seconds : null;

    private double? Share(long hour, int hours)
    {
        var (good, all) = (0L, 0L);
        foreach (var one in _hours.Where(one => one.Hour > hour - hours))
        {
            (good, all) = (good + one.Good, all + one.Good + one.Bad);
        }

        return all > 0 ? (double)good / all : null;
    }
}
