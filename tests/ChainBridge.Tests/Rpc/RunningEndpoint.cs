using Gateway.ChainBridge.Rpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.ChainBridge.Tests.Rpc;

/// <summary>An endpoint that keeps itself connected while a test runs.</summary>
internal sealed class RunningEndpoint : IAsyncDisposable
{
    public static readonly RpcOptions Patient = new()
    {
        ShortestPause = TimeSpan.FromMilliseconds(10),
        LongestPause = TimeSpan.FromMilliseconds(40),
    };

    public static readonly RpcOptions Hasty = Patient with { CallTimeout = TimeSpan.FromMilliseconds(300) };

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public RunningEndpoint(ScriptedNode node, RpcOptions? options = null, ExpectedChain? expected = null)
    {
        Endpoint = new RpcEndpoint(
            node.Address, expected ?? new ExpectedChain(null, null), options ?? Patient, TimeProvider.System,
            new Random(1), NullLogger.Instance);
        Node = new NodeApi(Endpoint);
        _running = Endpoint.RunAsync(_stop.Token);
    }

    public RpcEndpoint Endpoint { get; }

    public NodeApi Node { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
