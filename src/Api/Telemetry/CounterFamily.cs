using System.Collections.Concurrent;
using System.Text;

namespace Gateway.Api.Telemetry;

/// <summary>Counters of one name. A series is made when it is first counted, its labels printed once.</summary>
/// <param name="name">The metric's name.</param>
/// <param name="help">What it counts.</param>
/// <param name="labels">The labels of a key, printed by <see cref="PrometheusText.Label"/>.</param>
internal sealed class CounterFamily<TKey>(string name, string help, Func<TKey, string> labels)
    where TKey : notnull
{
    /// <summary>Series a name may have. All labels are from closed lists, so this is never reached; it bounds what a
    /// mistake could cost.</summary>
    public const int MaxSeries = 4096;

    private readonly ConcurrentDictionary<TKey, Series> _series = new();
    private readonly Series _rest = new(PrometheusText.Label("overflow", "true"));

    public void Add(TKey key, long amount = 1) => Of(key).Add(amount);

    /// <summary>The series of a key, to be kept by whoever counts in it often.</summary>
    public Series Of(TKey key) =>
        _series.TryGetValue(key, out var known) ? known
        : _series.Count >= MaxSeries ? _rest
        : _series.GetOrAdd(key, static (made, print) => new(print(made)), labels);

    public void Write(StringBuilder text)
    {
        PrometheusText.Head(text, name, help, "counter");
        foreach (var series in _series.Values.OrderBy(series => series.Labels, StringComparer.Ordinal))
        {
            PrometheusText.Sample(text, name, series.Labels, series.Value);
        }

        if (_rest.Value > 0)
        {
            PrometheusText.Sample(text, name, _rest.Labels, _rest.Value);
        }
    }
}
