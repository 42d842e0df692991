using Gateway.Api.Hosting;
using Gateway.ChainBridge;
using Gateway.DevNet;

namespace Gateway.Api.Wiring;

/// <summary>Starts the simulated network before the API listens, and gives the demo organisation its keys and
/// credit.</summary>
internal sealed class DevNetHost(
    GatewaySettings settings,
    DevNetAccount account,
    UpstreamSnapshots upstreams,
    Lazy<KeyRing> keys,
    TimeProvider time,
    ILoggerFactory logs) : IHostedService, IAsyncDisposable
{
    public DevNetwork? Network { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Network = await DevNetwork.StartAsync(
            new(settings.DevNetSeed, [keys.Value.RequestHotkey]), time, logs, cancellationToken);
        upstreams.Add(Network.Miners.SelectMany(UpstreamSnapshots.FromMiner));
        await account.PrepareAsync(Network, cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (Network is { } network)
        {
            Network = null;
            await network.DisposeAsync();
        }
    }
}
