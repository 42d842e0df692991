using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The watcher's side of deposits: finalized blocks go in one by one, each upon its parent, and what is wrong
/// with the chain is kept until a person has looked. All members throw <see cref="BillingUnavailableException"/> when
/// the books cannot be reached.</summary>
public sealed class DepositDesk
{
    private readonly ILedgerStore _store;
    private readonly BlockIntake _intake;

    internal DepositDesk(ILedgerStore store, Deposits deposits) =>
        (_store, _intake) = (store, new BlockIntake(store, deposits));

    /// <summary>The chain's last block in the books; null before <see cref="BeginAsync"/>.</summary>
    public Task<ChainCursor?> CursorAsync(string genesis, CancellationToken cancellationToken) =>
        _store.ReadAsync(session => ChainSql.CursorAsync(session, genesis), cancellationToken);

    /// <summary>The cursors of all chains that were ever watched with these books.</summary>
    public async Task<IReadOnlyList<ChainCursor>> CursorsAsync(CancellationToken cancellationToken) =>
        await _store.ReadAsync(ChainSql.CursorsAsync, cancellationToken);

    /// <summary>Begins to watch a chain above a block; nothing happens where that has begun before.</summary>
    public Task BeginAsync(ChainCursor first, CancellationToken cancellationToken) =>
        _store.WriteAsync(session => ChainSql.BeginAsync(session, first), cancellationToken);

    /// <summary>Takes in the block above the cursor: its deposits, postings and the cursor's step, all or none.
    /// </summary>
    /// <returns>False when the books are elsewhere by now, or stand still: read the cursor again.</returns>
    /// <exception cref="ArgumentException">A part of a name is missing, or an amount is not above zero.</exception>
    public Task<bool> TakeAsync(FinalizedBlock block, CancellationToken cancellationToken) =>
        _intake.TakeAsync(block, cancellationToken);

    /// <summary>What stands still on a chain, and why.</summary>
    public async Task<IReadOnlyList<ChainHalt>> HaltsAsync(string genesis, CancellationToken cancellationToken) =>
        await _store.ReadAsync(session => ChainSql.HaltsAsync(session, genesis), cancellationToken);

    /// <summary>Lets something stand still, in all processes, until a person lifts it. False when it does already.
    /// </summary>
    public Task<bool> HaltAsync(
        string genesis, HaltScope scope, long height, string reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(genesis);
        ArgumentException.ThrowIfNullOrEmpty(reason);
        return _store.WriteAsync(
            session => ChainSql.HaltAsync(session, genesis, scope, height, reason), cancellationToken);
    }

    /// <summary>A person's word that the cause of a halt is found. Where it is still there, it halts again.</summary>
    /// <returns>False when nothing stood still.</returns>
    /// <exception cref="ArgumentException">No person or no reason.</exception>
    public Task<bool> LiftAsync(
        string genesis, HaltScope scope, string person, string because, CancellationToken cancellationToken) =>
        _store.WriteAsync(
            session => ChainSql.LiftAsync(session, genesis, scope, person, because), cancellationToken);

    /// <summary>One state of the books: the cursor, and what they hold on each deposit address at it. Null before the
    /// chain was begun.</summary>
    public Task<(ChainCursor Cursor, IReadOnlyList<AddressHolding> Holdings)?> HoldingsAsync(
        string genesis, CancellationToken cancellationToken) => _store.ReadSnapshotAsync(
            async session =>
            {
                var cursor = await ChainSql.CursorAsync(session, genesis);
                return cursor is null
                    ? ((ChainCursor, IReadOnlyList<AddressHolding>)?)null
                    : (cursor, await ChainSql.HeldAsync(session));
            },
            cancellationToken);

    /// <summary>Keeps what lies on an address beyond what the books know, in quarantine.</summary>
    /// <param name="at">The block it was found at.</param>
    /// <param name="address">A deposit address.</param>
    /// <param name="surplus">Above zero.</param>
    /// <param name="time">The block's own time.</param>
    /// <param name="cancellationToken">Heard until the change is queued.</param>
    /// <returns>False when the address is none, or that was reported before, or the books are past the block: what is
    /// there still is found again.</returns>
    public Task<bool> SurplusAsync(
        ChainCursor at, string address, Rao surplus, DateTimeOffset time, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(surplus.Value);
        return _intake.TakeSurplusAsync(at, address, surplus, time, cancellationToken);
    }

    /// <summary>Transfers to us that are no credit, those that wait for a person first, the oldest first.</summary>
    /// <param name="limit">At most that many, above zero.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<HeldDeposit>> WaitingAsync(int limit, CancellationToken cancellationToken) =>
        await _store.ReadAsync(session => HeldSql.WaitingAsync(session, limit), cancellationToken);

    /// <summary>What came to us and is not TAO, the newest first.</summary>
    /// <param name="limit">At most that many, above zero.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<ForeignDeposit>> ForeignAsync(int limit, CancellationToken cancellationToken) =>
        await _store.ReadAsync(session => HeldSql.ForeignAsync(session, limit), cancellationToken);
}
