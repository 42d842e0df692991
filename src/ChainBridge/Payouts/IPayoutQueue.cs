using Gateway.ChainBridge.Staking;
using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

#pragma warning disable CA1711 // It is the queue that payments wait in; no collection is meant.
/// <summary>The books' side of payments. Each move is one transaction; one that does not fit what the books have
/// changes nothing and is answered with false. Members throw when the books cannot be reached, and are then asked
/// again.</summary>
public interface IPayoutQueue
{
    /// <summary>What may be signed now, oldest first.</summary>
    public Task<IReadOnlyList<PayoutOrder>> ReadyAsync(CancellationToken cancellationToken);

    /// <summary>What is signed and has no end, each with what was signed.</summary>
    public Task<IReadOnlyList<(PayoutOrder Order, SignedOrder Extrinsic)>> UnderWayAsync(
        CancellationToken cancellationToken);

    /// <summary>How the books have some orders; those they do not know are left out.</summary>
    public Task<IReadOnlyList<OrderState>> StatesAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Stores what was signed, before it is sent.</summary>
    public Task<bool> SignedAsync(string id, SignedOrder extrinsic, CancellationToken cancellationToken);

    /// <summary>It was sent.</summary>
    public Task<bool> BroadcastAsync(string id, CancellationToken cancellationToken);

    /// <summary>It can never be included any more: it may be signed again, with the same nonce.</summary>
    public Task<bool> ExpiredAsync(string id, CancellationToken cancellationToken);

    /// <summary>It is paid.</summary>
    /// <param name="id">Which.</param>
    /// <param name="block">The finalized block, <c>0x</c> and 64 hex digits.</param>
    /// <param name="from">The wallet that paid.</param>
    /// <param name="fee">The chain's fee, counted to this order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> FinalizedAsync(
        string id, string block, string from, Rao fee, CancellationToken cancellationToken);

    /// <summary>It will not be paid.</summary>
    public Task<bool> FailedAsync(string id, string because, CancellationToken cancellationToken);

    /// <summary>A finalized block refused the extrinsic, which paid nothing: the order is ready again after a wait.
    /// </summary>
    public Task<bool> ReleasedAsync(string id, string hash, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Tells books that went back in time that an order was signed.</summary>
    /// <returns>False when they cannot have it.</returns>
    public Task<bool> RestoredAsync(PayoutOrder order, SignedOrder extrinsic, CancellationToken cancellationToken);

    /// <summary>Stake was moved in a finalized block. Told again under the same extrinsic it changes nothing.</summary>
    /// <returns>Whether it is new.</returns>
    public Task<bool> StakedAsync(string id, StakeReport report, CancellationToken cancellationToken);

    /// <summary>What of all our rao is no customer's and no miner's.</summary>
    public Task<Rao> OwnRaoAsync(CancellationToken cancellationToken);

    /// <summary>Rao moved from deposit addresses to the cold address. Told again it changes nothing.</summary>
    public Task SweptAsync(SweepReport report, CancellationToken cancellationToken);

    /// <summary>Our own rao came into a wallet. Told again under the same cause it changes nothing.</summary>
    public Task FundedAsync(string cause, string wallet, Rao amount, CancellationToken cancellationToken);
}
