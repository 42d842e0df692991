using System.Globalization;
using Gateway.Billing;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Staking;
using Gateway.Core;

namespace Gateway.Api.Wiring;

/// <summary>The signer's queue, kept by Billing.</summary>
internal sealed class PayoutQueue(PayoutDesk desk) : IPayoutQueue
{
    public async Task<IReadOnlyList<PayoutOrder>> ReadyAsync(CancellationToken cancellationToken) =>
        [.. (await desk.ReadyAsync(cancellationToken)).Select(ToOrder)];

    public async Task<IReadOnlyList<(PayoutOrder Order, SignedOrder Extrinsic)>> UnderWayAsync(
        CancellationToken cancellationToken) =>
        [
            .. (await desk.UnderWayAsync(cancellationToken)).Select(payout => (ToOrder(payout), new SignedOrder(
                payout.Extrinsic, payout.Hash!, payout.Nonce!.Value, BornAt(payout)))),
        ];

    public async Task<IReadOnlyList<OrderState>> StatesAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        [
            .. (await desk.FindAsync(ids, cancellationToken)).Select(
                payout => new OrderState(payout.Id, StageOf(payout.State), payout.Hash)),
        ];

    public Task<bool> SignedAsync(string id, SignedOrder extrinsic, CancellationToken cancellationToken) =>
        desk.SignedAsync(id, ToSigned(extrinsic), cancellationToken);

    public Task<bool> BroadcastAsync(string id, CancellationToken cancellationToken) =>
        desk.BroadcastAsync(id, cancellationToken);

    public Task<bool> ExpiredAsync(string id, CancellationToken cancellationToken) =>
        desk.ExpiredAsync(id, cancellationToken);

    public Task<bool> FinalizedAsync(
        string id, string block, string from, Rao fee, CancellationToken cancellationToken) =>
        desk.FinalizedAsync(id, block, from, fee, cancellationToken);

    public Task<bool> FailedAsync(string id, string because, CancellationToken cancellationToken) =>
        desk.FailedAsync(id, because, cancellationToken);

    public Task<bool> ReleasedAsync(string id, string hash, TimeSpan wait, CancellationToken cancellationToken) =>
        desk.ReleasedAsync(id, hash, wait, cancellationToken);

    public Task<bool> RestoredAsync(PayoutOrder order, SignedOrder extrinsic, CancellationToken cancellationToken) =>
        desk.RestoredAsync(ToPayout(order), ToSigned(extrinsic), cancellationToken);

    public Task<bool> StakedAsync(string id, StakeReport report, CancellationToken cancellationToken) =>
        desk.StakedAsync(report.Hash, report.Wallet, report.Change, report.Fee, cancellationToken);

    public Task<Rao> OwnRaoAsync(CancellationToken cancellationToken) => desk.OwnRaoAsync(cancellationToken);

    public Task SweptAsync(SweepReport report, CancellationToken cancellationToken) => desk.SweptAsync(
        new(report.Hash, report.Cold, ToSwept(report.Legs), ToSwept(report.Fees)), cancellationToken);

    public Task FundedAsync(string cause, string wallet, Rao amount, CancellationToken cancellationToken) =>
        desk.FundedAsync(cause, wallet, amount, cancellationToken);

    /// <summary>A payout as approvers sign it and the signer pays it.</summary>
    internal static PayoutOrder ToOrder(Payout payout) => new()
    {
        Id = payout.Id,
        Kind = payout.Kind == PayoutKind.Refund ? OrderKind.Refund : OrderKind.Miner,
        Org = payout.Org,
        Destination = payout.Destination,
        Amount = payout.Amount,
        Credit = payout.Credit,
        RequestedBy = payout.RequestedBy,
        Approvals =
        [
            .. payout.Approvers.Select((person, n) => new OrderApproval(person, payout.Proofs.ElementAtOrDefault(n))),
        ],
        Parts = [.. payout.Parts.Select(part => new OrderPart(part.Source, part.Amount, part.Credit))],
        Miner = payout.Kind == PayoutKind.Miner ? new Hotkey(payout.Parts[0].Source.Split('/')[^1]) : null,
        Tries = payout.Tries,
        Nonce = payout.State == PayoutState.Expired ? payout.Nonce : null,
    };

    private static Payout ToPayout(PayoutOrder order) => new()
    {
        Id = order.Id,
        Kind = order.Kind == OrderKind.Refund ? PayoutKind.Refund : PayoutKind.Miner,
        Org = order.Org,
        Destination = order.Destination,
        Amount = order.Amount,
        Credit = order.Credit,
        State = PayoutState.Signed,
        RequestedBy = order.RequestedBy,
        Requested = default,
        NotBefore = default,
        Approvers = [.. order.Approvals.Select(approval => approval.Person)],
        Proofs = [.. order.Approvals.Select(approval => approval.Proof)],
        Tries = order.Tries,
        Parts = [.. order.Parts.Select(part => new PayoutPart(part.Source, part.Amount, part.Credit))],
    };

    private static SignedPayout ToSigned(SignedOrder extrinsic) => new(
        extrinsic.Bytes, extrinsic.Hash, extrinsic.Nonce, extrinsic.BornAt.ToString(CultureInfo.InvariantCulture));

    private static uint BornAt(Payout payout) => uint.Parse(payout.Era!, CultureInfo.InvariantCulture);

    private static SweptAmount[] ToSwept(IEnumerable<AccountAmount> amounts) =>
        [.. amounts.Select(one => new SweptAmount(one.Address, one.Amount))];

    private static OrderStage StageOf(PayoutState state) => state switch
    {
        PayoutState.Requested or PayoutState.Approved1 or PayoutState.Approved2 => OrderStage.Waiting,
        PayoutState.Signed or PayoutState.Broadcast => OrderStage.UnderWay,
        PayoutState.Expired => OrderStage.Expired,
        PayoutState.Finalized => OrderStage.Paid,
        PayoutState.Failed or PayoutState.Cancelled => OrderStage.Undone,
    };
}
