namespace Gateway.Billing;

/// <summary>The rule of a lease's end, on rows in memory: every store applies this one.</summary>
internal static class CloseRule
{
    /// <summary>Gives back what is out. An account that owes its leases more than it has is broken: it is frozen, its
    /// lease kept as it is for whoever looks.</summary>
    internal static void Close(AccountRow account, LeaseRow lease)
    {
        var rest = lease.Outstanding;
        if (rest > account.Leased)
        {
            account.IsFrozen = true;
            return;
        }

        account.PutBack(rest);
        lease.Returned += rest;
        lease.IsClosed = true;
    }
}
