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
        MoveAsync(id, PayoutState.Broadcast, null, cancellationToken);

    /// <summary>It was seen in a block that is not final.</summary>
    public Task<bool> IncludedAsync(string id, string block, CancellationToken cancellationToken) =>
        MoveAsync(id, PayoutState.InBlock, block, cancellationToken);

    /// <summary>A finalized block is past its era and it is in none: it may be signed again.</summary>
    public Task<bool> ExpiredAsync(string id, CancellationToken cancellationToken) =>
        MoveAsync(id, PayoutState.Expired, null, cancellationToken);

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

    private Task<bool> MoveAsync(string id, PayoutState to, string? block, CancellationToken cancellationToken) =>
        _store.WriteAsync(session => TransitionSql.MoveAsync(session, id, to, block), cancellationToken);
}
