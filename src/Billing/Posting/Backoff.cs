namespace Gateway.Billing;

/// <summary>Waits between attempts, twice as long each time up to a second, until a window has passed.</summary>
internal sealed class Backoff(TimeProvider time, TimeSpan window)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next = TimeSpan.FromMilliseconds(10);

    /// <summary>Whether this is a later attempt.</summary>
    internal bool HasWaited { get; private set; }

    /// <summary>False at once when the window has passed.</summary>
    internal async Task<bool> TryWaitAsync()
    {
        if (time.GetElapsedTime(_start) + _next > window)
        {
            return false;
        }

        await Task.Delay(_next, time, CancellationToken.None);
        HasWaited = true;
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return true;
    }
}
