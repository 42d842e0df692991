namespace Gateway.Api.Hosting;

/// <summary>How far a stop has come: asked for, then, when running answers have had their time, abandoning
/// them.</summary>
internal sealed class DrainState(IHostApplicationLifetime lifetime) : IDisposable
{
    private readonly CancellationTokenSource _abandoned = new();
    private int _running;

    /// <summary>Whether the process was asked to stop and only finishes what it has begun.</summary>
    public bool IsDraining => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Requests being answered.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Cancelled when running answers must end now; they end by our fault and are free.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    public void Enter() => Interlocked.Increment(ref _running);

    public void Leave() => Interlocked.Decrement(ref _running);

    public void Abandon() => _abandoned.Cancel();

    public void Dispose() => _abandoned.Dispose();
}
