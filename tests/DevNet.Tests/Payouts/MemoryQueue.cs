using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Staking;
using Gateway.Core;

namespace Gateway.DevNet.Tests.Payouts;

/// <summary>The process died: what was under way is not finished.</summary>
internal sealed class CrashException() : Exception("The process dies here.");

/// <summary>Books of payments in memory by the rules of the real ones, which can die before or after any move, and go
/// back in time.</summary>
internal sealed class MemoryQueue : IPayoutQueue, IHaltBook
{
    private readonly Dictionary<(string Wallet, string Cause), bool> _halts = [];
    private Dictionary<string, Row> _rows = [];

    /// <summary>The move at which the process dies, such as <c>before Signed</c>; it does so once.</summary>
    public string? CrashAt { get; set; }

    /// <summary>Whether these books cannot have back what the log says was signed.</summary>
    public bool TakesNothingBack { get; set; }

    public List<SweepReport> Sweeps { get; } = [];

    public List<(string Cause, Rao Amount)> Funds { get; } = [];

    public IEnumerable<string> OpenHalts => _halts.Where(halt => !halt.Value).Select(halt => halt.Key.Cause);

    public Row this[string id] => _rows[id];

    public void Add(PayoutOrder order) => _rows.Add(order.Id, new(order, OrderStage.Waiting));

    public void Cancel(string id) => _rows[id] = _rows[id] with { Stage = OrderStage.Undone };

    public Dictionary<string, Row> Backup() => new(_rows);

    public void Restore(Dictionary<string, Row> backup) => _rows = new(backup);

    public void Lift(string cause)
    {
        foreach (var halt in _halts.Keys.Where(halt => halt.Cause == cause).ToList())
        {
            _halts[halt] = true;
        }
    }

    public Task<IReadOnlyList<PayoutOrder>> ReadyAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PayoutOrder>>(
        [
            .. _rows.Values.Where(row => row.Stage is OrderStage.Waiting or OrderStage.Expired).Select(row =>
                row.Order with { Nonce = row.Stage == OrderStage.Expired ? row.Extrinsic!.Nonce : null }),
        ]);

    public Task<IReadOnlyList<(PayoutOrder Order, SignedOrder Extrinsic)>> UnderWayAsync(
        CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(PayoutOrder, SignedOrder)>>(
        [
            .. _rows.Values.Where(row => row.Stage == OrderStage.UnderWay)
                .Select(row => (row.Order, row.Extrinsic!)),
        ]);

    public Task<IReadOnlyList<OrderState>> StatesAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<OrderState>>(
        [
            .. ids.Where(_rows.ContainsKey)
                .Select(id => new OrderState(id, _rows[id].Stage, _rows[id].Extrinsic?.Hash)),
        ]);

    public Task<bool> SignedAsync(string id, SignedOrder extrinsic, CancellationToken cancellationToken) => Move(
        "Signed", id,
        row => row.Stage == OrderStage.Waiting
            || (row.Stage == OrderStage.Expired && row.Extrinsic!.Nonce == extrinsic.Nonce),
        row => row with { Stage = OrderStage.UnderWay, Extrinsic = extrinsic });

    public Task<bool> BroadcastAsync(string id, CancellationToken cancellationToken) =>
        Move("Broadcast", id, row => row.Stage == OrderStage.UnderWay, row => row);

    public Task<bool> ExpiredAsync(string id, CancellationToken cancellationToken) => Move(
        "Expired", id, row => row.Stage == OrderStage.UnderWay, row => row with { Stage = OrderStage.Expired });

    public Task<bool> FinalizedAsync(
        string id, string block, string from, Rao fee, CancellationToken cancellationToken) => Move(
        "Finalized", id,
        row => row.Stage is OrderStage.UnderWay or OrderStage.Expired,
        row => row with { Stage = OrderStage.Paid, Fee = fee });

    public Task<bool> FailedAsync(string id, string because, CancellationToken cancellationToken) => Move(
        "Failed", id,
        row => row.Stage is not (OrderStage.Paid or OrderStage.Undone),
        row => row with { Stage = OrderStage.Undone, Because = because });

    public Task<bool> ReleasedAsync(string id, string hash, TimeSpan wait, CancellationToken cancellationToken) => Move(
        "Released", id,
        row => row.Extrinsic?.Hash == hash && row.Stage is OrderStage.UnderWay or OrderStage.Expired,
        row => new(row.Order with { Tries = row.Order.Tries + 1 }, OrderStage.Waiting));

    public Task<bool> RestoredAsync(PayoutOrder order, SignedOrder extrinsic, CancellationToken cancellationToken)
    {
        if (TakesNothingBack
            || (_rows.TryGetValue(order.Id, out var row) && row.Stage is OrderStage.Paid or OrderStage.Undone))
        {
            return Task.FromResult(false);
        }

        _rows[order.Id] = new(order, OrderStage.UnderWay) { Extrinsic = extrinsic };
        return Task.FromResult(true);
    }

    /// <summary>What moves of stake told, each once.</summary>
    public List<StakeReport> Stakes { get; } = [];

    /// <summary>What is ours.</summary>
    public Rao Own { get; set; } = new(1_000_000_000_000);

    public Task<bool> StakedAsync(string id, StakeReport report, CancellationToken cancellationToken)
    {
        CrashIf("before Staked");
        var isNew = !Stakes.Exists(known => known.Hash == report.Hash);
        if (isNew)
        {
            Stakes.Add(report);
        }

        CrashIf("after Staked");
        return Task.FromResult(isNew);
    }

    public Task<Rao> OwnRaoAsync(CancellationToken cancellationToken) => Task.FromResult(Own);

    public Task SweptAsync(SweepReport report, CancellationToken cancellationToken)
    {
        if (!Sweeps.Exists(known => known.Hash == report.Hash))
        {
            Sweeps.Add(report);
        }

        return Task.CompletedTask;
    }

    public Task FundedAsync(string cause, string wallet, Rao amount, CancellationToken cancellationToken)
    {
        Funds.Add((cause, amount));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<WalletHalt>> OfAsync(string wallet, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<WalletHalt>>(
        [
            .. _halts.Where(halt => halt.Key.Wallet == wallet)
                .Select(halt => new WalletHalt(halt.Key.Cause, halt.Value)),
        ]);

    public Task HaltAsync(string wallet, string cause, string reason, CancellationToken cancellationToken)
    {
        _ = _halts.TryAdd((wallet, cause), false);
        return Task.CompletedTask;
    }

    private Task<bool> Move(string name, string id, Func<Row, bool> fits, Func<Row, Row> change)
    {
        CrashIf($"before {name}");
        var isDone = _rows.TryGetValue(id, out var row) && fits(row);
        if (isDone)
        {
            _rows[id] = change(row!);
        }

        CrashIf($"after {name}");
        return Task.FromResult(isDone);
    }

    private void CrashIf(string step)
    {
        if (CrashAt == step)
        {
            CrashAt = null;
            throw new CrashException();
        }
    }

    /// <summary>How an order stands.</summary>
    internal sealed record Row(PayoutOrder Order, OrderStage Stage)
    {
        public SignedOrder? Extrinsic { get; init; }

        public Rao Fee { get; init; }

        public string? Because { get; init; }
    }
}
