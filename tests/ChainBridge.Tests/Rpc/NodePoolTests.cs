using Gateway.ChainBridge.Rpc;
using Microsoft.Extensions.Logging.Abstractions;

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
    public void A_pool_has_a_node() => Assert.Throws<ArgumentOutOfRangeException>(() => new NodePool([]));

    private static RpcEndpoint Endpoint(ScriptedNode node) => new(
        node.Address, new ExpectedChain(null, null), RunningEndpoint.Patient, TimeProvider.System, new Random(1),
        NullLogger.Instance);
}
