using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>The rows of one push, copies until it is committed.</summary>
internal sealed class SimPage(SimStore store, ReplicaLine replica) : IPage
{
    private readonly Dictionary<string, AccountRow> _accounts = [];
    private readonly Dictionary<string, LeaseRow> _leases = [];
    private readonly List<(UsageRecord Record, Settlement Settlement)> _entered = [];

    public AccountRow? Credit(OrgId org) => Account(store.NameOf(org));

    public AccountRow? Budget(string account) => Account(account);

    public LeaseRow CreditLease(OrgId org) => Lease(store.NameOf(org), store.NameOf(org));

    public LeaseRow BudgetLease(string account, OrgId org) => Lease(account, store.NameOf(org));

    public void Enter(UsageRecord record, Settlement settlement) => _entered.Add((record, settlement));

    public void SetAside(Numbered record, OrgId org, string reason) =>
        throw store.World.Fail("set aside", $"record {record.Seq} of {replica.Incarnation}, {record.Entry}: {reason}");

    /// <summary>Writes the rows back and tells what was applied.</summary>
    internal PushReply Commit(PushOrder order)
    {
        foreach (var (name, row) in _accounts)
        {
            store.Check(row);
            store.State.Accounts[name].Row = row;
        }

        foreach (var (name, row) in _leases)
        {
            if (row.OpSeq > 0 || replica.Leases.ContainsKey(name))
            {
                store.Check(row);
                replica.Leases[name] = row;
            }
        }

        foreach (var (record, settlement) in _entered)
        {
            store.World.Require(
                !replica.IsClosed || settlement == Settlement.Uncollectible || record.Charge == NanoUsd.Zero,
                "I9", $"{record.Request} is charged after its lease was closed.");
            if (settlement == Settlement.Settled)
            {
                MinerShares.Add(store.State.Cash.Accruals, record);
            }

            store.Oracle.Apply(record, settlement, replica.Incarnation, store.State.Accounts.ContainsKey);
        }

        var credits = _accounts.Values.Where(row => row.Cap is null).ToList();
        return new(
            order.To,
            replica.State,
            [.. _accounts.Values.Where(row => row.IsPressed).Select(row => row.Account)],
            [.. credits.Where(row => row.IsFrozen).Select(row => row.Account)]);
    }

    private AccountRow? Account(string name)
    {
        if (!_accounts.TryGetValue(name, out var row) && store.State.Accounts.TryGetValue(name, out var account))
        {
            row = Rows.Copy(account.Row);
            _accounts.Add(name, row);
        }

        return row;
    }

    private LeaseRow Lease(string account, string org)
    {
        if (!_leases.TryGetValue(account, out var lease))
        {
            lease = replica.Leases.TryGetValue(account, out var known)
                ? Rows.Copy(known)
                : new() { Account = account, Org = org };
            _leases.Add(account, lease);
        }

        return lease;
    }
}
