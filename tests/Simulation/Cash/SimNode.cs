using Gateway.Billing;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Watcher;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>An honest node: it hears of final blocks late, and its answers come late, or not at all.</summary>
internal sealed class SimNode(World world, StoreCalls calls, SimProcess process, SimChain chain) : IWatchedNode
{
    private const int MostLag = 3;

    private long _head;

    public Uri Address { get; } = new("ws://127.0.0.1:1");

    public bool IsConnected => true;

    public Task<long> HeadAsync(CancellationToken cancellationToken) => AnswerAsync(() =>
    {
        var lag = world.HasFaults ? world.Dice.Below(MostLag) : 0;
        return _head = long.Max(_head, chain.Height - lag);
    });

    public Task<Hash256?> HashAsync(long height, CancellationToken cancellationToken) => AnswerAsync<Hash256?>(() =>
        height == 0 ? SimRuntime.Genesis : chain.BestAt(height)?.Hash);

    public async Task<NodeBlock> ReadAsync(long height, CancellationToken cancellationToken) =>
        await AnswerAsync(() => chain.BestAt(height)) is { } block
            ? new(
                height,
                block.Hash,
                block.Header,
                block.Events,
                SimRuntime.Moment(block.Time),
                SimRuntime.Context)
            : throw new RpcException(RpcFault.Refused, "There is no such block.");

    public Task<Rao[]> FreeAsync(
        IReadOnlyList<string> addresses, Hash256 at, CancellationToken cancellationToken) => AnswerAsync(() =>
            addresses.Select(address => new Rao(chain.HeldAt(address, at))).ToArray());

    // The same ways to be late or lost as the books have.
    private async Task<T> AnswerAsync<T>(Func<T> question)
    {
        try
        {
            return await calls.AskAsync(process, question);
        }
        catch (BillingUnavailableException)
        {
            throw new RpcException(RpcFault.TimedOut, "The node does not answer.");
        }
    }
}
