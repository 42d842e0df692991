namespace Gateway.Billing;

/// <summary>How long this replica's own beats have come through without a break, on the monotonic clock. After an
/// outage of the books every replica looks unseen: whoever is back first must not close the others for it.</summary>
/// <param name="time">The monotonic clock.</param>
/// <param name="limit">How long they must have come through; half of it between two of them is a break.</param>
internal sealed class BeatRecord(TimeProvider time, TimeSpan limit)
{
    private long? _first;
    private long _last;

    /// <summary>Whether they have come through for that long.</summary>
    internal bool AreUnbroken => _first is { } first && time.GetElapsedTime(first, _last) >= limit;

    internal void Succeeded()
    {
        var now = time.GetTimestamp();
        if (_first is null || time.GetElapsedTime(_last, now) > limit / 2)
        {
            _first = now;
        }

        _last = now;
    }

    internal void Broke() => _first = null;
}
