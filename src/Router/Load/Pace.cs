namespace Gateway.Router.Load;

/// <summary>How fast an upstream, or a whole model, answers: times of calls that succeeded. One thread at a time.
/// </summary>
internal sealed class Pace
{
    // Histograms begin at 10 ms; a token takes less, a hundred of them do not.
    private const double TokensTimed = 100;
    private const double Median = 0.5;
    private const double Late = 0.95;

    /// <summary>Times to the first token of streams.</summary>
    internal LatencyHistogram First { get; } = new();

    /// <summary>Times of answers in one piece.</summary>
    internal LatencyHistogram Whole { get; } = new();

    private LatencyHistogram PerHundred { get; } = new();

    /// <summary>Expected seconds to the first token; 0 while nothing is known.</summary>
    internal double FirstMedian => OrZero(First.Count > 0 ? First.Quantile(Median) : Whole.Quantile(Median));

    /// <summary>95 of 100 first tokens came within this many seconds; 0 while nothing is known.</summary>
    internal double FirstLate => OrZero(First.Quantile(Late));

    /// <summary>Expected seconds for each further token; 0 while nothing is known.</summary>
    internal double TokenMedian => OrZero(PerHundred.Quantile(Median)) / TokensTimed;

    internal void Add(in Timing timing)
    {
        if (!timing.IsStream)
        {
            Whole.Add(timing.Total);
            return;
        }

        First.Add(timing.First);
        if (timing.Tokens > 1)
        {
            PerHundred.Add((timing.Total - timing.First) / (timing.Tokens - 1) * TokensTimed);
        }
    }

    private static double OrZero(double seconds) => double.IsFinite(seconds) ? seconds : 0;
}

/// <summary>The times of one attempt that succeeded.</summary>
/// <param name="IsStream">Whether its tokens came one by one.</param>
/// <param name="First">Seconds to the first content.</param>
/// <param name="Total">Seconds to the end.</param>
/// <param name="Tokens">Output tokens.</param>
internal readonly record struct Timing(bool IsStream, double First, double Total, long Tokens);
