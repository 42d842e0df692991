namespace Gateway.Router.Gating.Fitting;

/// <summary>A running mean of paired differences with its standard error.</summary>
internal sealed class Paired
{
    private double _sum;
    private double _square;

    /// <summary>How many differences.</summary>
    internal int Count { get; private set; }

    /// <summary>Their mean, 0 for none.</summary>
    internal double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>The standard error of the mean; infinite below two differences.</summary>
    internal double StandardError => Count < 2
        ? double.PositiveInfinity
        : Math.Sqrt(Math.Max(0, (_square / Count) - (Mean * Mean)) / (Count - 1));

    /// <summary>Takes one more difference.</summary>
    internal void Add(double difference)
    {
        Count++;
        _sum += difference;
        _square += difference * difference;
    }

    /// <summary>The mean less this many standard errors.</summary>
    internal double LowerBound(double errors) => Mean - (errors * StandardError);
}
