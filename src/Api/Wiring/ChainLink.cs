using Gateway.Api.Hosting;
using Gateway.ChainBridge;

namespace Gateway.Api.Wiring;

/// <summary>Opens the chain's connection when the process starts, after DevNet's simulator where there is one. Hosted
/// services that stand behind it in the list find it open.</summary>
internal sealed class ChainLink(
    GatewaySettings settings,
    DataDirectory directory,
    TimeProvider time,
    ILoggerFactory logs,
    DevNetHost? devNet = null) : IHostedService, IAsyncDisposable
{
    private const string PinFile = "chain-genesis";

    private readonly CancellationTokenSource _stop = new();
    private Task _pinning = Task.CompletedTask;

    /// <summary>Whether a role of this process needs the chain.</summary>
    public bool IsWanted => settings.UsesChain;

    /// <summary>The connection; null before the start, and where no role needs it.</summary>
    public ChainConnection? Current { get; private set; }

    /// <exception cref="InvalidOperationException">It is not open.</exception>
    public ChainConnection Connection =>
        Current ?? throw new InvalidOperationException("The chain's connection is not open.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsWanted)
        {
            return;
        }

        var endpoints = devNet?.Network?.ChainEndpoints ?? settings.Chain.Endpoints;
        var options = settings.Chain.ToOptions(endpoints, settings.Network, Pinned());
        Current = ChainConnection.Open(options, time, new Random(), logs);
        if (settings.IsDevNet)
        {
            await Current.ConnectAsync(cancellationToken);
        }
        else if (options.Genesis is null)
        {
            // In the background: a gateway whose nodes are away serves, and says so in /readyz.
            _pinning = PinAsync(Current, _stop.Token);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (Current is { } connection)
        {
            Current = null;
            await _stop.CancelAsync();
            await _pinning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await connection.DisposeAsync();
            _stop.Dispose();
        }
    }

    // A simulator begins a new chain with a new folder; another chain than the last is an error everywhere else.
    private string? Pinned()
    {
        var path = directory.PathOf(PinFile);
        return !settings.IsDevNet && File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    private async Task PinAsync(ChainConnection connection, CancellationToken cancellationToken)
    {
        var genesis = await connection.GenesisAsync(cancellationToken);
        DataDirectory.WriteAtomically(directory.PathOf(PinFile), genesis + "\n");
    }
}
