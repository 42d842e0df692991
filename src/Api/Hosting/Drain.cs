namespace Gateway.Api.Hosting;

/// <summary>Holds the listener open while a stop waits for running answers: probes and new requests then still get an
/// answer, that this replica is draining. After the drain time what runs is ended with an error, free of
/// charge.</summary>
internal sealed class Drain(DrainState state, GatewaySettings settings, TimeProvider time) : IHostedLifecycleService
{
    /// <summary>What a stop may take beyond the drain itself: error frames, settles, leases.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await WaitAsync(settings.DrainTimeout);
        if (state.Running > 0)
        {
            state.Abandon();
            await WaitAsync(EndLimit);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task WaitAsync(TimeSpan limit)
    {
        var start = time.GetTimestamp();
        while (state.Running > 0 && time.GetElapsedTime(start) < limit)
        {
            await Task.Delay(Poll, time, CancellationToken.None);
        }
    }
}
