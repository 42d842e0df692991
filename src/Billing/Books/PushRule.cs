using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rule that turns a run of a journal into changes of accounts and leases, on rows in memory: every store
/// applies this one.</summary>
internal static class PushRule
{
    /// <summary>The fence: whether a run goes on where the books are. In SQL it is the condition of an
    /// update.</summary>
    internal static bool IsNext(long seq, PushOrder order)
    {
#if MUTANTS
        if (Mutant.Is(1))
        {
            return true;
        }
#endif
        return seq == order.From;
    }

    /// <summary>Applies a run in its order.</summary>
    /// <param name="page">The rows.</param>
    /// <param name="order">The run; nothing of it has been applied, unless the books went back in time since.</param>
    /// <param name="state">What the books think of the incarnation.</param>
    /// <returns>Whether the books are known to have gone back in time.</returns>
    /// <exception cref="BrokenInvariantException">A record cannot be applied, and is not to be set aside.</exception>
    internal static bool Apply(IPage page, PushOrder order, ReplicaState state)
    {
        for (var i = 0; i < order.Records.Count; i++)
        {
            var record = order.Records[i];
            switch (record.Entry)
            {
                case JournalEntry.LeaseMoved moved:
                    order = Restore(page, moved, state) && !order.IsReplay ? order with { IsReplay = true } : order;
                    break;
                case JournalEntry.Settle settle:
                    Settle(page, order, record, settle.Record, state);
                    break;
                case JournalEntry.Shutdown:
                    break;
                default:
                    throw new BrokenInvariantException(
                        $"A journal has no record of kind {record.Entry.GetType().Name}.");
            }
        }

        return order.IsReplay;
    }

    // The books made every move before the journal knew of it. Only books that went back in time have it no more; then
    // as much as is there is taken again, and what it does not cover is our loss.
    private static bool Restore(IPage page, JournalEntry.LeaseMoved moved, ReplicaState state)
    {
        if (!OrgId.TryParse(moved.Org, out var org))
        {
            throw new BrokenInvariantException($"{moved.Org} is no organisation.");
        }

        var isCredit = moved.Account == moved.Org;
        var lease = isCredit ? page.CreditLease(org) : page.BudgetLease(moved.Account, org);
        var account = isCredit ? page.Credit(org) : page.Budget(moved.Account);
        if (account is null || lease.IsClosed || IsClosed(state) || moved.OpSeq <= lease.OpSeq)
        {
            return false;
        }

        if (moved.Amount > 0)
        {
            var amount = long.Clamp(account.Room, 0, moved.Amount);
            account.TakeOut(amount);
            lease.Granted += amount;
            lease.Missing += moved.Amount - amount;
        }
        else
        {
            var amount = long.Min(lease.Outstanding, -moved.Amount);
            account.PutBack(amount);
            lease.Returned += amount;
            FindMissing(lease, -moved.Amount - amount);
        }

        lease.OpSeq = moved.OpSeq;
        return true;
    }

    private static void Settle(
        IPage page, PushOrder order, Numbered numbered, UsageRecord record, ReplicaState state)
    {
        var account = page.Credit(record.Payer.Org);
        var lease = page.CreditLease(record.Payer.Org);
        var charge = record.Charge.Value;
        if (order.Problems == OnProblem.SetAsideUntried)
        {
            Refuse(page, order, numbered, record, "the store refused it");
            return;
        }

        if (charge > 0 && (IsClosed(state) || lease.IsClosed))
        {
#if MUTANTS
            if (Mutant.Is(5))
            {
                account!.Available -= charge;
                account.Spent += charge;
                page.Enter(record, Settlement.Settled);
                return;
            }

            if (Mutant.Is(6))
            {
                return;
            }
#endif
            page.Enter(record, Settlement.Uncollectible);
            return;
        }

        if (charge > lease.Outstanding && charge - lease.Outstanding <= lease.Missing)
        {
            FindMissing(lease, charge);
            page.Enter(record, Settlement.Uncollectible);
            return;
        }

        if (ProblemOf(record, account, lease) is { } problem)
        {
            if (order.IsReplay && charge <= record.Hold.Value && account is not null)
            {
                page.Enter(record, Settlement.Uncollectible);
                return;
            }

            Refuse(page, order, numbered, record, problem);
            return;
        }

        Charge(page, record, account!, lease);
        page.Enter(record, Settlement.Settled);
    }

    private static string? ProblemOf(UsageRecord record, AccountRow? account, LeaseRow lease)
    {
        var charge = record.Charge.Value;
        return account is null ? "its organisation has no account"
            : charge < 0 || charge > record.Hold.Value ? "its charge is not within its hold"
            : charge > lease.Outstanding || charge > account.Leased ? "its charge is more than its lease has left"
            : null;
    }

    private static void Refuse(IPage page, PushOrder order, Numbered numbered, UsageRecord record, string problem)
    {
        if (order.Problems == OnProblem.Refuse)
        {
            throw new BrokenInvariantException(
                string.Create(CultureInfo.InvariantCulture, $"{record.Request} (record {numbered.Seq}): {problem}."));
        }

        if (page.Credit(record.Payer.Org) is { } account)
        {
            account.IsFrozen = true;
        }

        page.SetAside(numbered, record.Payer.Org, problem);
    }

    private static void Charge(IPage page, UsageRecord record, AccountRow account, LeaseRow lease)
    {
        var charge = record.Charge.Value;
        account.Spend(charge);
        lease.Consumed += charge;
        for (var i = 0; i < record.Budgets.Count; i++)
        {
            ChargeBudget(page, record.Budgets[i], record);
        }
    }

    // A budget is a limit and not money: should its lease be gone, the spending counts all the same.
    private static void ChargeBudget(IPage page, string name, UsageRecord record)
    {
        if (page.Budget(name) is not { } budget)
        {
            return;
        }

        var lease = page.BudgetLease(name, record.Payer.Org);
        var leased = long.Min(record.Charge.Value, lease.IsClosed ? 0 : lease.Outstanding);
        lease.Consumed += leased;
        budget.Spend(leased);
        budget.Spent += record.Charge.Value - leased;
        FindMissing(lease, record.Charge.Value - leased);
    }

    private static void FindMissing(LeaseRow lease, long amount) =>
        lease.Missing = long.Max(0, lease.Missing - amount);

    private static bool IsClosed(ReplicaState state) => state is ReplicaState.ForceClosed or ReplicaState.Drained;
}
