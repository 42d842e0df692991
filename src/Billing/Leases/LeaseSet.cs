using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The leases that one request takes from: its budgets, leaf to root, and the organisation's credit. All give
/// or none.</summary>
/// <param name="Credit">The organisation's.</param>
/// <param name="Budgets">Its limits, leaf to root; often none.</param>
internal readonly record struct LeaseSet(Lease Credit, Lease[] Budgets)
{
    /// <summary>The accounts of the budgets, as a record names them.</summary>
    internal IReadOnlyList<string> BudgetAccounts =>
        Budgets.Length == 0 ? [] : Array.ConvertAll(Budgets, lease => lease.Name.Account);

    /// <summary>The leases that a payer's requests take from now.</summary>
    internal static LeaseSet Of(LeaseBook book, Payer payer, DateTimeOffset now)
    {
        var credit = book.Credit(payer.Org);
        if (payer.Budgets.Count == 0)
        {
            return new(credit, []);
        }

        var budgets = new Lease[payer.Budgets.Count];
        for (var i = 0; i < budgets.Length; i++)
        {
            budgets[i] = book.Budget(payer.Org, payer.Budgets[i], now);
        }

        return new(credit, budgets);
    }

    /// <summary>The same leases to look at: one that no request has needed yet is not made.</summary>
    internal static LeaseSet Peek(LeaseBook book, Payer payer, DateTimeOffset now) => new(
        book.Find(payer.Org.ToString()) ?? new(AccountName.Credit(payer.Org)),
        [.. payer.Budgets.Select(budget => Peek(book, payer.Org, budget, now))]);

    private static Lease Peek(LeaseBook book, OrgId org, Allowance budget, DateTimeOffset now)
    {
        var name = LeaseBook.NameOf(org, budget, now);
        return book.Find(name.Account) is null ? new(name) : book.Budget(org, budget, now);
    }

    /// <summary>Takes an amount from each, without asking the books.</summary>
    internal bool TryTake(long amount, int tick)
    {
        for (var i = 0; i < Budgets.Length; i++)
        {
            if (!Budgets[i].TryTake(amount, tick))
            {
                GiveBack(amount, i);
                return false;
            }
        }

        if (Credit.TryTake(amount, tick))
        {
            return true;
        }

        GiveBack(amount, Budgets.Length);
        return false;
    }

    /// <summary>Takes an amount from each, fetching what is missing.</summary>
    /// <returns>Taken, or the answer of the lease that refused, with its place: that of the credit is the number of
    /// budgets.</returns>
    /// <exception cref="BillingUnavailableException">The books do not answer; nothing is taken.</exception>
    internal async Task<(Draw Draw, int At)> DrawAsync(LeaseDesk desk, long amount, CancellationToken cancellationToken)
    {
        var at = 0;
        try
        {
            for (; at <= Budgets.Length; at++)
            {
                var lease = at < Budgets.Length ? Budgets[at] : Credit;
                var draw = await desk.DrawAsync(lease, amount, cancellationToken);
                if (draw.Outcome != DrawOutcome.Taken)
                {
                    GiveBack(amount, at);
                    return (draw, at);
                }
            }
        }
        catch
        {
            GiveBack(amount, at);
            throw;
        }

        return (Draw.Taken, at);
    }

    /// <summary>A hold ends in each: the charge is spent, the rest is free again.</summary>
    internal void Release(long hold, long charge)
    {
        Credit.Release(hold, charge);
        foreach (var budget in Budgets)
        {
            budget.Release(hold, charge);
        }
    }

    private void GiveBack(long amount, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Budgets[i].Release(amount, 0);
        }
    }
}
