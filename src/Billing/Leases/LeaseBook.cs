using System.Collections.Concurrent;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>All leases of one incarnation.</summary>
internal sealed class LeaseBook
{
    private readonly ConcurrentDictionary<OrgId, Lease> _credits = [];
    private readonly ConcurrentDictionary<string, Lease> _budgets = [];
    private readonly ConcurrentDictionary<(string Id, BudgetPeriod Period), Current> _current = [];

    /// <summary>Every lease, in no order.</summary>
    internal IEnumerable<Lease> All => _credits.Select(pair => pair.Value).Concat(_budgets.Select(pair => pair.Value));

    /// <summary>Credit in them, held or free, in nano-USD; budgets are no money.</summary>
    internal long Leased => _credits.Sum(pair => pair.Value.Free + pair.Value.Held);

    internal Lease Credit(OrgId org) => _credits.TryGetValue(org, out var lease)
        ? lease
        : _credits.GetOrAdd(org, static id => new(AccountName.Credit(id)));

    /// <summary>The lease of an allowance in the period that a moment lies in.</summary>
    internal Lease Budget(OrgId org, Allowance allowance, DateTimeOffset now)
    {
        var key = (allowance.Id, allowance.Period);
        if (_current.TryGetValue(key, out var current)
            && (current.Resets is null || now < current.Resets)
            && current.Lease.Name.Budget!.Allowance.Cap == allowance.Cap)
        {
            return current.Lease;
        }

        var name = NameOf(org, allowance, now);
        var lease = _budgets.GetOrAdd(name.Account, static (_, made) => new(made), name);

        // A changed cap is a new name of the same account: the books take it over with the next move. What was leased
        // under a higher one goes back first.
        lease.IsPressed |= allowance.Cap < lease.Name.Budget!.Allowance.Cap;
        lease.Name = name;
        _current[key] = new(lease, name.Budget!.Resets);
        return lease;
    }

    /// <summary>The account of an allowance in the period that a moment lies in.</summary>
    internal static AccountName NameOf(OrgId org, Allowance allowance, DateTimeOffset now) =>
        new(BudgetAccount.NameOf(allowance, now), org, new(allowance, allowance.Period.EndOf(now)));

    /// <summary>The lease of a known account; null when there is none.</summary>
    internal Lease? Find(string account) =>
        _budgets.TryGetValue(account, out var budget) ? budget
        : OrgId.TryParse(account, out var org) && _credits.TryGetValue(org, out var credit) ? credit
        : null;

    private sealed record Current(Lease Lease, DateTimeOffset? Resets);
}
