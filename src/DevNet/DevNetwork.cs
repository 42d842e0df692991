using System.Diagnostics.CodeAnalysis;
using Gateway.ChainBridge.Keys;
using Gateway.Core;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Transactions;
using Gateway.DevNet.Faucet;
using Gateway.DevNet.Miners;
using Gateway.DevNet.Validators;
using Microsoft.Extensions.Logging;

namespace Gateway.DevNet;

/// <summary>A simulated network inside this process: miners that are real HTTP servers on loopback, each checking the
/// dialect epistula-v2, and a simulated chain with a faucet. Nothing of it is Bittensor: its models say that they are
/// simulated, and so does its chain.</summary>
/// <remarks>Safe for concurrent use. Dispose it to stop the miners and the chain.</remarks>
public sealed partial class DevNetwork : IAsyncDisposable
{
    private readonly ChainHost _chain;
    private readonly ValidatorCrowd _validators;
    private int _disposed;

    private DevNetwork(ChainHost chain, ValidatorCrowd validators, IReadOnlyList<MinerServer> servers)
    {
        _chain = chain;
        _validators = validators;
        Servers = servers;
        Miners = [.. servers.Select(server => server.Miner)];
    }

    /// <summary>The miners, in the order of their uids.</summary>
    public IReadOnlyList<DevMiner> Miners { get; }

    /// <summary>The secret URI of the account the faucet pays from. Everybody has its key.</summary>
    public static string FaucetAccount => ChainFaucet.Uri;

    /// <summary>Two ports of the one simulated chain, JSON-RPC over WebSocket, such as <c>ws://127.0.0.1:40001/</c>.
    /// The first is <see cref="DevNetOptions.ChainPort"/>.</summary>
    public IReadOnlyList<Uri> ChainEndpoints => _chain.Endpoints;

    internal DevChain Chain => _chain.Chain;

    internal IReadOnlyList<MinerServer> Servers { get; }

    /// <summary>Starts the chain and all miners, each on a free loopback port, and returns when all of them listen.
    /// When one cannot start, the others are stopped and its exception is thrown.</summary>
    /// <exception cref="InvalidDataException">The chain's folder holds something else.</exception>
    /// <exception cref="IOException">The chain's port is taken.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The network owns its chain.")]
    public static async Task<DevNetwork> StartAsync(
        DevNetOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken ct)
    {
        var chain = await StartChainAsync(options, time, logs, ct);
        try
        {
            var logger = logs.CreateLogger<DevNetwork>();
            var lastPorts = MinerSubnet.LastPorts(chain.Chain, options.Seed);
            var servers = await StartMinersAsync(options, lastPorts, time, logs, ct);
            MinerSubnet.Serve(chain.Chain, options.Seed, servers.Select(server => server.Miner));
            Log.Started(logger, servers.Length, options.Seed);
            var validators = new ValidatorCrowd(chain.Chain, options.Seed, logger);
            return new DevNetwork(chain, validators, servers);
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes as many blocks as it takes for what was sent until now to be final, at once.</summary>
    public void MakeFinal()
    {
        for (var left = _chain.Chain.FinalityLag + 1; left > 0; left--)
        {
            _ = _chain.Chain.Produce();
        }
    }

    /// <summary>What an account of the simulated chain has, by the newest block; a transfer that is still waiting for
    /// one does not count.</summary>
    /// <param name="address">SS58 with prefix 42.</param>
    /// <exception cref="ArgumentException">The address is none.</exception>
    public Rao FreeOf(string address)
    {
        var best = _chain.Chain.Best;
        var stored = best.State.Read(best.Layout.Metadata, "System", "Account", AccountOf(address).ToValue());
        return stored!["data"]["free"].ToRao();
    }

    /// <summary>Sends coins of the simulated chain: a real transfer from <see cref="FaucetAccount"/>, in one of the
    /// next blocks.</summary>
    /// <param name="address">SS58 with prefix 42.</param>
    /// <param name="amount">Above 0; an account that is new must get at least 500 rao, or the transfer fails in its
    /// block.</param>
    /// <returns>The transaction's hash, <c>0x</c> and 64 hex digits.</returns>
    /// <exception cref="ArgumentException">The address is none.</exception>
    /// <exception cref="InvalidOperationException">The chain refuses the transfer: the faucet is empty.</exception>
    public string SendFromFaucet(string address, Rao amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount.Value);
        var answer = _chain.Faucet.Send(AccountOf(address), (ulong)amount.Value);
        return answer.Outcome == SubmissionOutcome.Taken
            ? answer.Hash.ToString()
            : throw new InvalidOperationException($"The chain simulator refuses the transfer: {answer.Reason}.");
    }

    /// <summary>Stops the miners, no new requests, those under way have two seconds; then the chain. A second call does
    /// nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await StopAsync(Servers);
            await _validators.DisposeAsync();
            await _chain.DisposeAsync();
        }
    }

    private static AccountId AccountOf(string address)
    {
        Span<byte> account = stackalloc byte[Ss58.AccountLength];
        return Ss58.TryDecode(address, account, out var fault)
            ? new AccountId(account)
            : throw new ArgumentException(fault.ToString(), nameof(address));
    }

    private static async Task<MinerServer[]> StartMinersAsync(
        DevNetOptions options,
        IReadOnlyDictionary<int, int> lastPorts,
        TimeProvider time,
        ILoggerFactory logs,
        CancellationToken ct)
    {
        var starts = MinerProfile.Lineup
            .Select(profile => Task.Run(
                () => MinerServer.StartAsync(
                    profile, lastPorts.GetValueOrDefault(profile.Uid), options, time, logs, ct),
                ct))
            .ToArray();
        try
        {
            return await Task.WhenAll(starts);
        }
        catch
        {
            await StopAsync([.. starts.Where(start => start.IsCompletedSuccessfully).Select(start => start.Result)]);
            throw;
        }
    }

    private static Task<ChainHost> StartChainAsync(
        DevNetOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken ct)
    {
        var chain = new ChainOptions
        {
            Seed = options.Seed,
            BlockTime = options.BlockTime,
            Folder = options.ChainFolder,
            Subnets = [MinerSubnet.Terms(options.Seed)],
            AllowsLoopbackAxons = options.AllowsLoopbackAxons,
        };
        return ChainHost.StartAsync(chain, options.ChainPort, time, logs.CreateLogger<DevNetwork>(), ct);
    }

    private static Task StopAsync(IReadOnlyList<MinerServer> servers) =>
        Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));

    private static partial class Log
    {
        [LoggerMessage(7000, LogLevel.Debug, "DevNet simulator started {Count} miners with seed {Seed}")]
        internal static partial void Started(ILogger logger, int count, int seed);
    }
}
