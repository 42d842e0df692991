using Gateway.Core;
using Gateway.DevNet.Faucet;
using Gateway.DevNet.Miners;
using Microsoft.Extensions.Logging;

namespace Gateway.DevNet;

/// <summary>A simulated network inside this process: miners that are real HTTP servers on loopback, each checking the
/// dialect epistula-v2, and a faucet. Nothing of it is Bittensor, and its models say that they are simulated.</summary>
/// <remarks>Safe for concurrent use. Dispose it to stop the miners.</remarks>
public sealed partial class DevNetwork : IAsyncDisposable
{
    private readonly int _seed;
    private readonly DateTimeOffset _started;
    private int _disposed;

    private DevNetwork(int seed, DateTimeOffset started, IReadOnlyList<MinerServer> servers)
    {
        _seed = seed;
        _started = started;
        Servers = servers;
        Miners = [.. servers.Select(server => server.Miner)];
    }

    /// <summary>The miners, in the order of their uids.</summary>
    public IReadOnlyList<DevMiner> Miners { get; }

    internal IReadOnlyList<MinerServer> Servers { get; }

    /// <summary>Starts all miners, each on a free loopback port, and returns when all of them listen. When one cannot
    /// start, the others are stopped and its exception is thrown.</summary>
    public static async Task<DevNetwork> StartAsync(
        DevNetOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken ct)
    {
        var starts = MinerProfile.Lineup
            .Select(profile => Task.Run(() => MinerServer.StartAsync(profile, options, time, logs, ct), ct))
            .ToArray();
        try
        {
            var servers = await Task.WhenAll(starts);
            Log.Started(logs.CreateLogger<DevNetwork>(), servers.Length, options.Seed);
            return new DevNetwork(options.Seed, time.GetUtcNow(), servers);
        }
        catch
        {
            await StopAsync([.. starts.Where(start => start.IsCompletedSuccessfully).Select(start => start.Result)]);
            throw;
        }
    }

    /// <summary>The demo organisation's 5 USD. Pure: the same network seed and organisation give the same transfer,
    /// but for its time.</summary>
    /// <param name="org">Who is credited.</param>
    /// <param name="rate">The fixed price of TAO on this network.</param>
    public FaucetTransfer DemoCredit(OrgId org, FxRate rate) => DemoFaucet.Transfer(_seed, org, rate, _started);

    /// <summary>Stops the miners: no new requests, those under way have two seconds. A second call does
    /// nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await StopAsync(Servers);
        }
    }

    private static Task StopAsync(IReadOnlyList<MinerServer> servers) =>
        Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));

    private static partial class Log
    {
        [LoggerMessage(7000, LogLevel.Debug, "DevNet simulator started {Count} miners with seed {Seed}")]
        internal static partial void Started(ILogger logger, int count, int seed);
    }
}
