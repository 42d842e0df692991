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

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public RunningEndpoint(
        ScriptedNode node, RpcOptions? options = null, ExpectedChain? expected = null, TimeProvider? time = null)
    {
        Endpoint = new RpcEndpoint(
            node.Address, expected ?? new ExpectedChain(null, null), options ?? Patient,
            time ?? TimeProvider.System, new Random(1), NullLogger.Instance);
        Node = new NodeApi(Endpoint);
        _running = Endpoint.RunAsync(_stop.Token);
    }

    public RpcEndpoint Endpoint { get; }

    public NodeApi Node { get; }

    /// <summary>Waits until the endpoint is connected, or the test is over.</summary>
    public Task ConnectedAsync() => UntilAsync(() => Endpoint.IsConnected);

    /// <summary>Waits until the node is refused, or the test is over.</summary>
    public Task RefusedAsync() => UntilAsync(() => Endpoint.Refusal is not null);

    /// <summary>Waits for something that will happen, looking often.</summary>
    public static async Task UntilAsync(Func<bool> happened)
    {
        while (!happened())
        {
            await Task.Delay(
                TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
