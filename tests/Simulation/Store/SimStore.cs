using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>The books in memory: each member is one transaction, made of the same rules that the stores apply and of
/// the statements around them, which SqlBooks has in SQL.</summary>
internal sealed class SimStore
{
    // Who has not been heard of for that long does not count when money is divided.
    private const long AliveFor = TimeSpan.TicksPerSecond / 4;

    private readonly Dictionary<OrgId, string> _names = [];
    private StoreState? _snapshot;

    internal SimStore(World world, Oracle oracle)
    {
        (World, Oracle) = (world, oracle);
        Cash = new(world, this);
    }

    internal World World { get; }

    internal Oracle Oracle { get; }

    /// <summary>Deposits, lots, rates and payouts.</summary>
    internal CashBooks Cash { get; }

    internal StoreState State { get; private set; } = new();

    /// <summary>Nobody gets an answer.</summary>
    internal bool IsDown { get; set; }

    /// <summary>An organisation's public id, which is made often.</summary>
    internal string NameOf(OrgId org)
    {
        if (!_names.TryGetValue(org, out var name))
        {
            name = org.ToString();
            _names.Add(org, name);
        }

        return name;
    }

    internal void Register(string incarnation, string node) =>
        State.Replicas.TryAdd(incarnation, new(incarnation, node, World.Clock.Now));

    internal BeatReply Beat(string incarnation, IReadOnlyDictionary<string, long> held)
    {
        var replica = State.Replicas.GetValueOrDefault(incarnation);
        if (replica is null)
        {
            return new(null, Live(), World.Clock.Wall, []);
        }

        replica.Beat++;
        replica.Seen = World.Clock.Now;
        replica.State = replica.State == ReplicaState.Orphaned ? ReplicaState.Live : replica.State;
        foreach (var (account, amount) in held)
        {
            if (replica.Leases.GetValueOrDefault(account) is { IsClosed: false } lease)
            {
                lease.Held = amount;
            }
        }

        var pressed = replica.Leases.Values
            .Where(lease => !lease.IsClosed && State.Accounts[lease.Account].Row.IsPressed)
            .Select(lease => lease.Account);
        return new(replica.ToRow(), Live(), World.Clock.Wall, [.. pressed]);
    }

    internal MoveReply Move(MoveOrder order)
    {
        if (!State.Replicas.TryGetValue(order.Incarnation, out var replica))
        {
            return new(MoveOutcome.Behind);
        }

        if (replica.IsClosed)
        {
            return new(MoveOutcome.Closed);
        }

        var name = order.Account;
        var account = Open(name).Row;
        var lease = replica.Leases.GetValueOrDefault(name.Account)
            ?? new LeaseRow { Account = name.Account, Org = name.Org.ToString() };
        var reply = MoveRule.Apply(account, lease, order, Live());
        World.Say($"{order} => {reply}, {lease.Consumed} consumed, {lease.Missing} missing");
        if (reply.Outcome is MoveOutcome.Moved or MoveOutcome.Insufficient or MoveOutcome.Frozen)
        {
            Check(account);
            Check(lease);
            replica.Leases[name.Account] = lease;
        }

        return reply;
    }

    internal PushReply Push(PushOrder order)
    {
        Register(order.Incarnation, order.Node);
        var replica = State.Replicas[order.Incarnation];
        World.Say($"push {order.Incarnation} {order.From}-{order.To}, it is {replica.State} at {replica.Seq}");
        if (!PushRule.IsNext(replica.Seq, order))
        {
            return new(replica.Seq, replica.State, [], []);
        }

        var page = new SimPage(this, replica);
        var wentBack = PushRule.Apply(page, order, replica.State);
        (replica.Seq, replica.Seen) = (order.To, World.Clock.Now);
        return page.Commit(order) with { WentBack = wentBack };
    }

    internal ReplicaRow? Find(string incarnation) => State.Replicas.GetValueOrDefault(incarnation)?.ToRow();

    internal bool Drain(string incarnation, long end)
    {
        if (!State.Replicas.TryGetValue(incarnation, out var replica) || replica.Seq != end)
        {
            return false;
        }

        World.Say($"drain {incarnation} at {end}");
        if (!replica.IsClosed)
        {
            Close(replica, ReplicaState.Drained);
        }

        return true;
    }

    internal SweepReply Sweep(TimeSpan orphanAfter, TimeSpan closeAfter)
    {
        var orphans = Unseen(ReplicaState.Live, orphanAfter);
        var lost = Unseen(ReplicaState.Orphaned, closeAfter);
        foreach (var replica in orphans)
        {
            replica.State = ReplicaState.Orphaned;
        }

        foreach (var replica in lost)
        {
            World.Say($"force-closed {replica.Incarnation}");
            Close(replica, ReplicaState.ForceClosed);
            Oracle.Find(replica.Incarnation).IsForceClosed = true;
        }

        return new([.. orphans.Select(one => one.Incarnation)], [.. lost.Select(one => one.Incarnation)]);
    }

    internal void Freeze(string org) => throw World.Fail("frozen", org);

    /// <summary>Keeps a copy to which the books may be set back.</summary>
    internal void TakeSnapshot()
    {
        World.Say($"snapshot");
        _snapshot = State.Copy();
        Oracle.Mark();
    }

    /// <summary>Sets the books back to the copy, as a restored backup or a failover does; false when there is
    /// none.</summary>
    internal bool TryRollBack()
    {
        if (_snapshot is null)
        {
            return false;
        }

        State = _snapshot.Copy();
        Oracle.RollBack();
        return true;
    }

    /// <summary>The books do not go back behind this moment.</summary>
    internal void KeepFromHere() => _snapshot = null;

    /// <summary>Forgets the copy and closed incarnations, whose journals are gone.</summary>
    internal void Forget()
    {
        _snapshot = null;
        foreach (var closed in State.Replicas.Values.Where(replica => replica.IsClosed).ToArray())
        {
            State.Replicas.Remove(closed.Incarnation);
        }
    }

    /// <summary>What a CHECK of the tables says.</summary>
    internal void Check(AccountRow row) => World.Require(
        row is { Available: >= 0, Leased: >= 0, Spent: >= 0 },
        "I2", $"{row.Account} has {row.Available} available, {row.Leased} leased, {row.Spent} spent.");

    /// <summary>What a CHECK of the tables says.</summary>
    internal void Check(LeaseRow row) => World.Require(
        row is { Consumed: >= 0, Returned: >= 0, Outstanding: >= 0 },
        "I4", $"The lease of {row.Account}: {row.Granted} granted, {row.Consumed} consumed, {row.Returned} returned.");

    internal AccountState Open(AccountName name)
    {
        if (!State.Accounts.TryGetValue(name.Account, out var account))
        {
            account = new(new() { Account = name.Account, Org = name.Org.ToString() });
            State.Accounts.Add(name.Account, account);
        }

        if (name.Budget is { } budget)
        {
            account.Row.Cap = budget.Allowance.Cap.Value;
        }

        return account;
    }

    private int Live() => int.Max(1, State.Replicas.Values.Count(
        replica => replica.State == ReplicaState.Live && replica.Seen > World.Clock.Now - AliveFor));

    private List<ReplicaLine> Unseen(ReplicaState state, TimeSpan limit) => [.. State.Replicas.Values.Where(
        replica => replica.State == state && replica.Seen <= World.Clock.Now - limit.Ticks)];

    private void Close(ReplicaLine replica, ReplicaState state)
    {
        foreach (var lease in replica.Leases.Values.Where(lease => !lease.IsClosed))
        {
            CloseRule.Close(State.Accounts[lease.Account].Row, lease);
            World.Require(lease.IsClosed, "frozen", $"{lease.Account} owes its leases more than it has.");
        }

        replica.State = state;
    }
}
