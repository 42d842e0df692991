using Gateway.DevNet.Miners;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DevNet.Tests.Miners;

/// <summary>One network for all tests that only ask it something.</summary>
public sealed class NetworkFixture : IAsyncLifetime
{
    internal const int Seed = 42;

    internal Caller Caller { get; } = new();

    internal DevNetwork Network { get; private set; } = null!;

    internal DevMiner Strong => Network.Miners[0];

    internal DevMiner Weak => Network.Miners[2];

    public async ValueTask InitializeAsync() => Network = await StartAsync(Seed, Caller);

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        Caller.Dispose();
    }

    internal static Task<DevNetwork> StartAsync(int seed, Caller caller, TimeProvider? time = null) =>
        DevNetwork.StartAsync(
            new DevNetOptions(seed, [caller.Hotkey]), time ?? TimeProvider.System, NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken);

    internal DevMiner Of(MinerKind kind) =>
        Network.Miners.Single(miner => string.Equals(miner.Kind, kind.ToString(), StringComparison.OrdinalIgnoreCase));
}
