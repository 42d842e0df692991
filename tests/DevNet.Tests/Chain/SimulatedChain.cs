using Gateway.DevNet.Chain;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DevNet.Tests.Chain;

/// <summary>A simulated chain with its two ports, making a block every 50 ms.</summary>
internal static class SimulatedChain
{
    public static Task<ChainHost> StartAsync(uint specVersion = 224, string? folder = null) => ChainHost.StartAsync(
        new ChainOptions { SpecVersion = specVersion, BlockTime = TimeSpan.FromMilliseconds(50), Folder = folder },
        port: 0,
        TimeProvider.System,
        NullLogger.Instance,
        TestContext.Current.CancellationToken);
}
