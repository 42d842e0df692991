using Gateway.Api.Hosting;
using Gateway.ChainBridge;
using Gateway.DevNet;

namespace Gateway.Api.Wiring;

/// <summary>Starts the simulated network before the API listens, and gives the demo organisation its
/// keys.</summary>
internal sealed class DevNetHost(
    GatewaySettings settings,
    DevNetAccount account,
    UpstreamSnapshots upstreams,
    Lazy<KeyRing> keys,
    TimeProvider time,
    ILoggerFactory logs) : IHostedService, IAsyncDisposable
{
    private const string ChainFolder = "devnet-chain";

    public DevNetwork? Network { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Network = await StartNetworkAsync(cancellationToken);
        upstreams.Add(Network.Miners.SelectMany(UpstreamSnapshots.FromMiner));
        await account.PrepareAsync();
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

    private async Task<DevNetwork> StartNetworkAsync(CancellationToken ct)
    {
        var options = new DevNetOptions(settings.Simulator.Seed, [keys.Value.RequestHotkey])
        {
            BlockTime = settings.Simulator.BlockTime,
            ChainPort = settings.Simulator.ChainPort,
            ChainFolder = Path.Combine(settings.DataDirectory, ChainFolder),
        };
        try
        {
            return await DevNetwork.StartAsync(options, time, logs, ct);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            throw new StartRefusedException($"The chain simulator cannot start: {failure.Message}");
        }
    }
}
