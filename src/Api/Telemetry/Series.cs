namespace Gateway.Api.Telemetry;

/// <summary>One line of the metrics: a number that only grows. Any thread adds, without a lock.</summary>
/// <param name="labels">As they are printed, escaped, without braces; empty for none.</param>
internal sealed class Series(string labels)
{
    private long _value;

    public string Labels => labels;

    public long Value => Volatile.Read(ref _value);

    public void Add(long amount) => Interlocked.Add(ref _value, amount);
}
