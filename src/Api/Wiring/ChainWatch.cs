using Gateway.Api.Hosting;
using Gateway.ChainBridge;

namespace Gateway.Api.Wiring;

/// <summary>Runs the deposit watcher where the role <c>chain</c> is played.</summary>
internal sealed class ChainWatch(
    GatewaySettings settings,
    ChainLink link,
    IBlockSink sink,
    IAddressBook book,
    TimeProvider time,
    ILogger<ChainFeed> log) : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>The feed; null before the start, and in a process that does not watch.</summary>
    public ChainFeed? Feed { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.WatchesChain)
        {
            // A simulator's chain is ours from its first block; of a real one only what follows can be for us.
            Feed = new ChainFeed(link.Connection, sink, book, time, log) { FromGenesis = settings.IsDevNet };
            _running = Task.Run(() => Feed.RunAsync(_stop.Token), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (Feed is { } feed)
        {
            Feed = null;
            await _stop.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            feed.Dispose();
            _stop.Dispose();
        }
    }
}
