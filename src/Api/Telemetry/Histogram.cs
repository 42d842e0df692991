using System.Text;

namespace Gateway.Api.Telemetry;

/// <summary>How durations are spread. Any thread observes: three additions, no lock, no allocation.</summary>
/// <param name="name">The metric's name; it ends in <c>_seconds</c>.</param>
/// <param name="help">What it measures.</param>
/// <param name="bounds">Upper bounds in microseconds, inclusive, ascending.</param>
internal sealed class Histogram(string name, string help, params long[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private long _sum;

    /// <summary>How many were observed.</summary>
    public long Count
    {
        get
        {
            var count = 0L;
            for (var cell = 0; cell < _counts.Length; cell++)
            {
                count += Volatile.Read(ref _counts[cell]);
            }

            return count;
        }
    }

    /// <param name="micros">Microseconds.</param>
    public void Observe(long micros)
    {
        var cell = 0;
        while (cell < bounds.Length && micros > bounds[cell])
        {
            cell++;
        }

        Interlocked.Increment(ref _counts[cell]);
        Interlocked.Add(ref _sum, micros);
    }

    public void Write(StringBuilder text)
    {
        PrometheusText.Head(text, name, help, "histogram");
        var count = 0L;
        for (var cell = 0; cell < _counts.Length; cell++)
        {
            count += Volatile.Read(ref _counts[cell]);
            var bound = cell < bounds.Length ? PrometheusText.Seconds(bounds[cell]) : "+Inf";
            PrometheusText.Sample(text, name + "_bucket", PrometheusText.Label("le", bound), count);
        }

        PrometheusText.Sample(text, name + "_sum", "", PrometheusText.Seconds(Volatile.Read(ref _sum)));

        // The same as the last bucket, which a scrape between two additions would otherwise contradict.
        PrometheusText.Sample(text, name + "_count", "", count);
    }
}
