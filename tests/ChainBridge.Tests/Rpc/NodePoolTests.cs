using Gateway.ChainBridge.Rpc;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.ChainBridge.Tests.Rpc;

public sealed class NodePoolTests
{
    [Fact]
    public async Task The_first_connected_node_is_preferred()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        first.Answer("chain_getBlockHash", _ => "\"0x\"");
        var pool = new NodePool([Endpoint(first), Endpoint(second)]);
        Assert.Same(pool.Nodes[0], pool.Preferred);
        using var stop = new CancellationTokenSource();
        var running = pool.RunAsync(stop.Token);

        await RunningEndpoint.UntilAsync(() => pool.Connected.Count == 1);
        Assert.Same(pool.Nodes[1], pool.Preferred);

        first.Answer("chain_getBlockHash", _ => $"\"{ScriptedNode.Genesis}\"");
        await RunningEndpoint.UntilAsync(() => pool.Connected.Count == 2);
        Assert.Same(pool.Nodes[0], pool.Preferred);

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_node_that_lets_some_calls_wait_is_not_preferred_for_a_while_whatever_else_it_answers()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        first.On("chain_getFinalizedHead", _ => Task.CompletedTask);
        var time = new FakeTimeProvider();
        var pool = new NodePool([Endpoint(first, time), Endpoint(second, time)]);
        using var stop = new CancellationTokenSource();
        var running = pool.RunAsync(stop.Token);
        await RunningEndpoint.UntilAsync(() => pool.Connected.Count == 2);
        Assert.Equal(pool.Nodes, pool.Asked(2));

        var waiting = pool.Preferred.FinalizedHeadAsync(Token);
        _ = await pool.Preferred.BlockHashAsync(0, Token);
        time.Advance(RunningEndpoint.Patient.CallTimeout);
        var failure = await Assert.ThrowsAsync<RpcException>(() => waiting);

        Assert.Equal(RpcFault.TimedOut, failure.Fault);
        Assert.Equal(2, pool.Connected.Count);
        Assert.Same(pool.Nodes[1], pool.Preferred);
        Assert.Equal([pool.Nodes[1]], pool.Asked(1));
        Assert.Equal(pool.Nodes, pool.Asked(2));

        time.Advance(RunningEndpoint.Patient.StallRest);
        Assert.Same(pool.Nodes[0], pool.Preferred);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public void A_pool_has_a_node() => Assert.Throws<ArgumentOutOfRangeException>(() => new NodePool([]));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RpcEndpoint Endpoint(ScriptedNode node, TimeProvider? time = null) => new(
        node.Address, new ExpectedChain(null, null), RunningEndpoint.Patient, time ?? TimeProvider.System,
        new Random(1), NullLogger.Instance);
}
