using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The signer's side of payouts. Every move is one transaction that finds the payout where the move begins; a
/// move that does not fit changes nothing and is answered with false. All members throw
/// <see cref="BillingUnavailableException"/> when the books cannot be reached.</summary>
public sealed class PayoutDesk
{
    private readonly ILedgerStore _store;

    internal PayoutDesk(ILedgerStore store) => _store = store;

    /// <summary>What may be signed now: refunds with two approvals, miners' payouts, and what expired.</summary>
    public async Task<IReadOnlyList<Payout>> ReadyAsync(CancellationToken cancellationToken) =>
        await _store.ReadAsync(PayoutSql.ListReadyAsync, cancellationToken);

    /// <summary>What is signed and not final: a signer that starts looks for these first.</summary>
    public async Task<IReadOnlyList<Payout>> UnderWayAsync(CancellationToken cancellationToken) =>
        await _store.ReadAsync(PayoutSql.ListUnderWayAsync, cancellationToken);

    /// <summary>Refunds that wait for approvals.</summary>
    public async Task<IReadOnlyList<Payout>> WaitingAsync(CancellationToken cancellationToken) =>
        await _store.ReadAsync(PayoutSql.ListWaitingAsync, cancellationToken);

    /// <summary>All payouts, of refunds and of miners, the newest first.</summary>
    /// <param name="limit">At most that many, above zero.</param>
    /// <param name="after">The id of the last one already read; null: from the newest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<Payout>> ListAsync(
        int limit, string? after, CancellationToken cancellationToken) =>
        await _store.ReadAsync(session => PayoutSql.ListAllAsync(session, limit, after), cancellationToken);

    /// <summary>Those of the given payouts that the books know.</summary>
    public async Task<IReadOnlyList<Payout>> FindAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        await _store.ReadAsync(session => PayoutSql.ListAsync(session, ids), cancellationToken);

    /// <summary>Stores what was signed. An expired payout takes only the nonce that it had, so that at most one of its
    /// extrinsics can ever be included.</summary>
    public Task<bool> SignedAsync(string id, SignedPayout extrinsic, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(extrinsic.Hash);
        ArgumentOutOfRangeException.ThrowIfNegative(extrinsic.Nonce);
        ArgumentOutOfRangeException.ThrowIfZero(extrinsic.Bytes.Length);
        return _store.WriteAsync(session => TransitionSql.SignAsync(session, id, extrinsic), cancellationToken);
    }

    /// <summary>It was sent, perhaps again.</summary>
    public Task<bool> BroadcastAsync(string id, CancellationToken cancellationToken) =>
        MoveAsync(id, PayoutState.Broadcast, cancellationToken);

    /// <summary>A finalized block is past its era and it is in none: it may be signed again.</summary>
    public Task<bool> ExpiredAsync(string id, CancellationToken cancellationToken) =>
        MoveAsync(id, PayoutState.Expired, cancellationToken);

    /// <summary>It succeeded in a finalized block; what we held at <paramref name="from"/> is less by it and by the
    /// chain's fee, which we pay.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The fee is below zero.</exception>
    public Task<bool> FinalizedAsync(
        string id, string block, string from, Rao fee, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(block);
        ArgumentException.ThrowIfNullOrEmpty(from);
        ArgumentOutOfRangeException.ThrowIfNegative(fee.Value);
        return _store.WriteAsync(
            session => TransitionSql.FinalizeAsync(session, id, block, from, fee.Value), cancellationToken);
    }

    /// <summary>It can never be included, or failed in a finalized block: its money goes back where it was.</summary>
    /// <exception cref="ArgumentException">No reason.</exception>
    public Task<bool> FailedAsync(string id, string because, CancellationToken cancellationToken) =>
        _store.WriteAsync(session => TransitionSql.FailAsync(session, id, because), cancellationToken);

    /// <summary>A finalized block says that this extrinsic ran and failed, so it paid nothing and never will: the
    /// payout is ready again after a wait, with whatever nonce is next, and counts a try.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The wait is below zero.</exception>
    public Task<bool> ReleasedAsync(string id, string hash, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(hash);
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero);
        var waitMs = wait.Ticks / TimeSpan.TicksPerMillisecond;
        return _store.WriteAsync(
            session => TransitionSql.ReleaseAsync(session, id, hash, waitMs), cancellationToken);
    }

    /// <summary>Brings books that went back in time forward: the payout was signed, and stands signed in them again. A
    /// refund that they have forgotten takes the same credit of the same lots again, a miner's payout is held again of
    /// what it is owed.</summary>
    /// <param name="payout">As it was when it was signed.</param>
    /// <param name="extrinsic">What was signed.</param>
    /// <param name="cancellationToken">Heard until the change is queued.</param>
    /// <returns>False when these books cannot have it: it ended in them, or the money went elsewhere.</returns>
    public async Task<bool> RestoredAsync(
        Payout payout, SignedPayout extrinsic, CancellationToken cancellationToken)
    {
        try
        {
            return await _store.WriteAsync(
                session => RestoreSql.RestoreAsync(session, payout, extrinsic), cancellationToken);
        }
        catch (BrokenInvariantException)
        {
            return false;
        }
    }

    /// <summary>The deposit addresses below a multisig, each with its place.</summary>
    public async Task<IReadOnlyList<(string Address, long Place)>> DepositPlacesAsync(
        string parent, CancellationToken cancellationToken) =>
        await _store.ReadAsync(session => OwnMoneySql.PlacesAsync(session, parent), cancellationToken);

    /// <summary>Books what one finalized extrinsic of a sweep cost us; what it moved goes into the books with its
    /// block, for a person may have sent it. Told again it changes nothing.</summary>
    /// <returns>Whether it is new.</returns>
    public Task<bool> SweptAsync(SweptDeposits swept, CancellationToken cancellationToken) =>
        _store.WriteAsync(session => OwnMoneySql.SweptAsync(session, swept), cancellationToken);

    /// <summary>Books our own rao that came into one of our wallets from outside the books. Told again under the same
    /// cause it changes nothing.</summary>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Nothing, or less.</exception>
    public Task<bool> FundedAsync(string cause, string wallet, Rao amount, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(cause);
        ArgumentException.ThrowIfNullOrEmpty(wallet);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount.Value);
        return _store.WriteAsync(
            session => OwnMoneySql.FundedAsync(session, cause, wallet, amount.Value), cancellationToken);
    }

    /// <summary>Books what a move of stake changed at one of our wallets, and what it cost us: our own rao in both
    /// directions. Told again under the same cause it changes nothing.</summary>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fee is below zero.</exception>
    public Task<bool> StakedAsync(
        string cause, string wallet, Rao change, Rao fee, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(cause);
        ArgumentException.ThrowIfNullOrEmpty(wallet);
        ArgumentOutOfRangeException.ThrowIfNegative(fee.Value);
        return _store.WriteAsync(
            session => OwnMoneySql.StakedAsync(session, cause, wallet, change.Value, fee.Value), cancellationToken);
    }

    /// <summary>What of all our rao is no customer's and no miner's.</summary>
    public Task<Rao> OwnRaoAsync(CancellationToken cancellationToken) =>
        _store.ReadAsync(OwnMoneySql.OwnAsync, cancellationToken);

    private Task<bool> MoveAsync(string id, PayoutState to, CancellationToken cancellationToken) =>
        _store.WriteAsync(session => TransitionSql.MoveAsync(session, id, to), cancellationToken);
}
