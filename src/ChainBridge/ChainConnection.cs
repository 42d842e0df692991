using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge;

/// <summary>The nodes of one chain, kept connected until this is disposed. Made once a process; whatever reads the
/// chain or sends to it shares it. Safe for concurrent use.</summary>
public sealed partial class ChainConnection : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly GenesisPin _pin;
    private readonly Task _running;

    private ChainConnection(ChainOptions options, NodePool pool, GenesisPin pin)
    {
        Options = options;
        Pool = pool;
        _pin = pin;
        _running = Task.Run(() => pool.RunAsync(_stop.Token));
    }

    /// <summary>The nodes, the preferred one first.</summary>
    public IReadOnlyList<NodeStatus> Nodes =>
    [
        .. Pool.Nodes.Select(node =>
            new NodeStatus(node.Endpoint.Address, node.Endpoint.IsConnected, node.Endpoint.Refusal)),
    ];

    /// <summary>Whether as many nodes are connected as must agree.</summary>
    public bool IsReady => Pool.Connected.Count >= Options.RequireAgreement;

    /// <summary>The chain's genesis; null before a node has proved it.</summary>
    public string? Genesis => _pin.Value is { IsCompletedSuccessfully: true } pinned ? pinned.Result.ToString() : null;

    internal ChainOptions Options { get; }

    internal NodePool Pool { get; }

    internal RuntimeSource Runtimes { get; } = new();

    /// <summary>Begins to connect; returns at once. An endpoint that cannot be reached is tried again for ever.
    /// </summary>
    /// <exception cref="ArgumentException">The genesis is not <c>0x</c> and 64 hex digits, or there are fewer endpoints
    /// than must agree.</exception>
    public static ChainConnection Open(ChainOptions options, TimeProvider time, Random random, ILoggerFactory logs) =>
        Open(options, new RpcOptions(), time, random, logs);

    internal static ChainConnection Open(
        ChainOptions options, RpcOptions rpc, TimeProvider time, Random random, ILoggerFactory logs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RequireAgreement, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Endpoints.Count, options.RequireAgreement, nameof(options));
        var log = logs.CreateLogger<ChainConnection>();
        var pin = new GenesisPin();
        var expected = new ExpectedChain(GenesisOf(options), options.SpecName) { Pin = pin };
        if (options.RequireAgreement == 1)
        {
            // What listens on loopback is the operator's own without saying so.
            var level = options.Endpoints[0].IsLoopback ? LogLevel.Information : LogLevel.Warning;
            Log.OwnNode(log, level, options.Endpoints[0]);
        }

        var endpoints = options.Endpoints.Select(
            address => new RpcEndpoint(address, expected, rpc, time, random, log));
        return new ChainConnection(options, new NodePool(endpoints), pin);
    }

    /// <summary>The chain's genesis, <c>0x</c> and 64 hex digits, once a node has proved it.</summary>
    public async Task<string> GenesisAsync(CancellationToken cancellationToken) =>
        (await GenesisHashAsync(cancellationToken)).ToString();

    /// <summary>Waits 10 seconds at most for the preferred nodes, as many as must agree.</summary>
    /// <exception cref="IOException">One of them could not be had in time, or serves another chain.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var wanted = Pool.Nodes.Take(Options.RequireAgreement);
        try
        {
            _ = await Task.WhenAll(wanted.Select(node => node.Endpoint.IdentityAsync(cancellationToken)));
        }
        catch (RpcException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <summary>Closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    internal Task<Hash256> GenesisHashAsync(CancellationToken cancellationToken) =>
        _pin.Value.WaitAsync(cancellationToken);

    private static Hash256? GenesisOf(ChainOptions options)
    {
        if (options.Genesis is null)
        {
            return null;
        }

        return Hash256.TryParse(options.Genesis, out var genesis)
            ? genesis
            : throw new ArgumentException("A genesis is 0x and 64 hex digits.", nameof(options));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3020, Message =
            "Blocks are believed on the word of one node: {Address} must be the operator's own node")]
        public static partial void OwnNode(ILogger logger, LogLevel level, Uri address);
    }
}
