using Gateway.ChainBridge.Payouts;
using Gateway.Core;

namespace Gateway.ChainBridge.Staking;

/// <summary>The signer's queue of both kinds: payments, which the books keep, and moves of stake, which lie in the
/// signer's own folder. The same steps hold for both: stored before it is sent, ended once.</summary>
internal sealed class StakeQueue(IPayoutQueue books, StakeDesk desk, TimeProvider time) : IPayoutQueue
{
    public async Task<IReadOnlyList<PayoutOrder>> ReadyAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var stakes = desk.List()
            .Where(line => line.Stage is OrderStage.Waiting or OrderStage.Expired && line.Order.Approvals.Count >= 2
                && (desk.StateOf(line.Order.Id)?.NotBefore ?? 0) <= now)
            .Select(line => line.Order);
        return [.. await books.ReadyAsync(cancellationToken), .. stakes];
    }

    public async Task<IReadOnlyList<(PayoutOrder Order, SignedOrder Extrinsic)>> UnderWayAsync(
        CancellationToken cancellationToken)
    {
        var stakes = desk.List().Where(line => line.Stage == OrderStage.UnderWay)
            .Select(line => (line.Order, desk.StateOf(line.Order.Id)!.ToExtrinsic()));
        return [.. await books.UnderWayAsync(cancellationToken), .. stakes];
    }

    public async Task<IReadOnlyList<OrderState>> StatesAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var stakes = ids.Where(IsStake).Select(desk.Find).OfType<StakeLine>()
            .Select(line => new OrderState(line.Order.Id, line.Stage, desk.StateOf(line.Order.Id)?.Hash));
        string[] others = [.. ids.Where(id => !IsStake(id))];
        return [.. await books.StatesAsync(others, cancellationToken), .. stakes];
    }

    public Task<bool> SignedAsync(string id, SignedOrder extrinsic, CancellationToken cancellationToken) => IsStake(id)
        ? Move(
            id,
            (line, state) => line.Stage == OrderStage.Waiting
                || (line.Stage == OrderStage.Expired && state!.Nonce == extrinsic.Nonce),
            state => StakeState.Signed(extrinsic, state?.Tries ?? 0))
        : books.SignedAsync(id, extrinsic, cancellationToken);

    public Task<bool> BroadcastAsync(string id, CancellationToken cancellationToken) => IsStake(id)
        ? Move(id, (line, _) => line.Stage == OrderStage.UnderWay, state => state!)
        : books.BroadcastAsync(id, cancellationToken);

    public Task<bool> ExpiredAsync(string id, CancellationToken cancellationToken) => IsStake(id)
        ? Move(id, (line, _) => line.Stage == OrderStage.UnderWay, state => state! with { Stage = OrderStage.Expired })
        : books.ExpiredAsync(id, cancellationToken);

    public Task<bool> FinalizedAsync(
        string id, string block, string from, Rao fee, CancellationToken cancellationToken) =>
        books.FinalizedAsync(id, block, from, fee, cancellationToken);

    public Task<bool> FailedAsync(string id, string because, CancellationToken cancellationToken) => IsStake(id)
        ? Move(
            id,
            (line, _) => line.Stage is not (OrderStage.Paid or OrderStage.Undone),
            state => (state ?? StakeState.New) with { Stage = OrderStage.Undone, Because = because })
        : books.FailedAsync(id, because, cancellationToken);

    public Task<bool> ReleasedAsync(string id, string hash, TimeSpan wait, CancellationToken cancellationToken) =>
        IsStake(id)
            ? Move(
                id,
                (line, state) => state?.Hash == hash && line.Stage is OrderStage.UnderWay or OrderStage.Expired,
                state => new()
                {
                    Stage = OrderStage.Waiting,
                    Tries = state!.Tries + 1,
                    NotBefore = (time.GetUtcNow() + wait).ToUnixTimeMilliseconds(),
                })
            : books.ReleasedAsync(id, hash, wait, cancellationToken);

    public Task<bool> RestoredAsync(PayoutOrder order, SignedOrder extrinsic, CancellationToken cancellationToken)
    {
        if (!IsStake(order.Id))
        {
            return books.RestoredAsync(order, extrinsic, cancellationToken);
        }

        desk.Restore(order);
        return Move(
            order.Id,
            (line, _) => line.Stage is not (OrderStage.Paid or OrderStage.Undone),
            _ => StakeState.Signed(extrinsic, order.Tries));
    }

    /// <summary>The books first: they count a report once, and the folder says it is done only when they have it.
    /// </summary>
    public async Task<bool> StakedAsync(string id, StakeReport report, CancellationToken cancellationToken)
    {
        _ = await books.StakedAsync(id, report, cancellationToken);
        return await Move(
            id,
            (line, _) => line.Stage is OrderStage.UnderWay or OrderStage.Expired,
            state => state! with { Stage = OrderStage.Paid });
    }

    public Task<Rao> OwnRaoAsync(CancellationToken cancellationToken) => books.OwnRaoAsync(cancellationToken);

    public Task SweptAsync(SweepReport report, CancellationToken cancellationToken) =>
        books.SweptAsync(report, cancellationToken);

    public Task FundedAsync(string cause, string wallet, Rao amount, CancellationToken cancellationToken) =>
        books.FundedAsync(cause, wallet, amount, cancellationToken);

    private static bool IsStake(string id) => id.StartsWith("stk_", StringComparison.Ordinal);

    private Task<bool> Move(
        string id, Func<StakeLine, StakeState?, bool> fits, Func<StakeState?, StakeState> change)
    {
        var (line, state) = (desk.Find(id), desk.StateOf(id));
        if (line is null || !fits(line, state))
        {
            return Task.FromResult(false);
        }

        desk.Stand(id, change(state));
        return Task.FromResult(true);
    }
}
