using Gateway.ChainBridge;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>The watcher's blocks go into the books, as the gateway's own sink brings them there. Nodes are honest here,
/// so that no halt is ever right.</summary>
internal sealed class SimSink(
    World world, StoreCalls calls, SimProcess process, CashBooks books, SimAddresses addresses) : IBlockSink
{
    public Task<SinkState> StateAsync(string genesis, CancellationToken cancellationToken) =>
        calls.AskAsync(process, () => new SinkState(books.Position, Halt: null));

    public Task BeginAsync(string genesis, ChainPosition first, CancellationToken cancellationToken) =>
        calls.AskAsync(process, () => books.Begin(first));

    public Task<bool> CommitAsync(WatchedBlock block, CancellationToken cancellationToken) =>
        calls.AskAsync(process, () => books.Take(block, addresses));

    public Task HaltAsync(string genesis, long height, string reason, CancellationToken cancellationToken) =>
        throw world.Fail("I10", $"The nodes are honest, and block {height} halts the chain: {reason}");

    public Task<SinkHoldings?> HoldingsAsync(string genesis, CancellationToken cancellationToken) =>
        calls.AskAsync(process, () => books.Position is { } position
            ? new SinkHoldings(position, [.. addresses.All.Select(address =>
                KeyValuePair.Create(address, new Rao(books.SumOf("chain/" + address))))])
            : null);

    public Task SurplusAsync(
        string genesis, ChainPosition at, string address, Rao surplus, DateTimeOffset time,
        CancellationToken cancellationToken) =>
        throw world.Fail("I12", $"{address} holds {surplus} more than the books say at block {at.Height}.");

    public Task ShortfallAsync(string genesis, long height, string reason, CancellationToken cancellationToken) =>
        throw world.Fail("I12", $"At block {height}: {reason}");
}
