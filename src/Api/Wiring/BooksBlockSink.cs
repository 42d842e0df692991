using Gateway.Billing;
using Gateway.ChainBridge;
using Gateway.Core;

namespace Gateway.Api.Wiring;

/// <summary>The watcher's blocks go into the books.</summary>
internal sealed class BooksBlockSink(DepositDesk desk) : IBlockSink
{
    public async Task<SinkState> StateAsync(string genesis, CancellationToken cancellationToken)
    {
        var halts = await desk.HaltsAsync(genesis, cancellationToken);
        var cursor = await desk.CursorAsync(genesis, cancellationToken);
        return new(
            cursor is null ? null : new(cursor.Height, cursor.Hash),
            halts.FirstOrDefault(halt => halt.Scope == HaltScope.Deposits)?.Reason);
    }

    public Task BeginAsync(string genesis, ChainPosition first, CancellationToken cancellationToken) =>
        desk.BeginAsync(new(genesis, first.Height, first.Hash), cancellationToken);

    public Task<bool> CommitAsync(WatchedBlock block, CancellationToken cancellationToken) => desk.TakeAsync(
        new(
            block.Genesis,
            block.Position.Height,
            block.Position.Hash,
            block.Parent,
            block.Time,
            [.. block.Transfers.Select(ToBooks)])
        {
            Sweeps =
            [
                .. block.Sweeps.Select(sweep =>
                    new BlockSweep(sweep.EventIndex, sweep.Address, sweep.Cold, sweep.Amount)),
            ],
        },
        cancellationToken);

    public Task HaltAsync(string genesis, long height, string reason, CancellationToken cancellationToken) =>
        desk.HaltAsync(genesis, HaltScope.Deposits, height, reason, cancellationToken);

    public async Task<SinkHoldings?> HoldingsAsync(string genesis, CancellationToken cancellationToken) =>
        await desk.HoldingsAsync(genesis, cancellationToken) is var (cursor, holdings)
            ? new(
                new(cursor.Height, cursor.Hash),
                [.. holdings.Select(holding => KeyValuePair.Create(holding.Address, holding.Amount))])
            : null;

    public Task SurplusAsync(
        string genesis, ChainPosition at, string address, Rao surplus, DateTimeOffset time,
        CancellationToken cancellationToken) =>
        desk.SurplusAsync(new(genesis, at.Height, at.Hash), address, surplus, time, cancellationToken);

    public Task ShortfallAsync(string genesis, long height, string reason, CancellationToken cancellationToken) =>
        desk.HaltAsync(genesis, HaltScope.Payouts, height, reason, cancellationToken);

    private static BlockTransfer ToBooks(WatchedTransfer transfer) =>
        new(transfer.EventIndex, transfer.Sender, transfer.Address, transfer.Amount) { Asset = transfer.Asset };
}
