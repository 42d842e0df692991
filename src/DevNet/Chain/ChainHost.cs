using Gateway.DevNet.Faucet;
using Gateway.DevNet.Faults;
using Gateway.DevNet.JsonRpc;
using Microsoft.Extensions.Logging;

namespace Gateway.DevNet.Chain;

/// <summary>A running simulated chain: it makes blocks, and two ports serve it, each with faults of its own.</summary>
internal sealed class ChainHost : IAsyncDisposable
{
    private readonly BlockProducer _producer;
    private readonly List<RpcServer> _servers = [];

    private ChainHost(ChainOptions options, TimeProvider time, ILogger logger)
    {
        Chain = DevChain.Open(options, time, logger);
        Faucet = new ChainFaucet(Chain);
        _producer = new BlockProducer(Chain, options.BlockTime, time, logger);
    }

    public DevChain Chain { get; }

    public ChainFaucet Faucet { get; }

    /// <summary>Where it is served, such as <c>ws://127.0.0.1:40001/</c>; both show the same chain.</summary>
    public IReadOnlyList<Uri> Endpoints => [.. _servers.Select(server => server.Address)];

    /// <summary>What is wrong with a port, by its place in <see cref="Endpoints"/>.</summary>
    public PortFaults FaultsOf(int port) => _servers[port].Faults;

    /// <param name="options">The chain.</param>
    /// <param name="port">The first port; 0 for a free one. The second is always free.</param>
    /// <param name="time">The chain's clock.</param>
    /// <param name="logger">For what is refused.</param>
    /// <param name="ct">Gives up the start.</param>
    /// <exception cref="InvalidDataException">The options' folder holds something else than a chain.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ChainHost> StartAsync(
        ChainOptions options, int port, TimeProvider time, ILogger logger, CancellationToken ct)
    {
        var host = new ChainHost(options, time, logger);
        try
        {
            foreach (var one in new[] { port, 0 })
            {
                host._servers.Add(await RpcServer.StartAsync(host.Chain, host.Faucet, one, time, ct));
            }

            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the ports, then the chain.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await _producer.DisposeAsync();
        Faucet.Dispose();
        Chain.Dispose();
    }
}
