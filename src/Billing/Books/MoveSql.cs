namespace Gateway.Billing;

/// <summary>A move as one transaction.</summary>
internal static class MoveSql
{
    internal static async Task<MoveReply> MoveAsync(SqlSession session, MoveOrder order, long aliveMs)
    {
        var replica = await ReplicaSql.FindAsync(session, order.Incarnation, session.Dialect.ShareRow);
        if (replica is null)
        {
            return new(MoveOutcome.Behind);
        }

        if (replica.State is ReplicaState.ForceClosed or ReplicaState.Drained)
        {
            return new(MoveOutcome.Closed);
        }

        var (account, lease) = await LoadAsync(session, order);
        var live = await ReplicaSql.LiveAsync(session, await session.NowAsync() - aliveMs);
        var wasPressed = account.IsPressed;
        var reply = MoveRule.Apply(account, lease, order, live);
        if (reply.Outcome == MoveOutcome.Moved || account.IsPressed != wasPressed)
        {
            await AccountSql.SaveAsync(session, account);
        }

        if (reply.Outcome is MoveOutcome.Moved or MoveOutcome.Insufficient or MoveOutcome.Frozen)
        {
            await LeaseSql.SaveAsync(session, order.Incarnation, lease);
        }

        return reply;
    }

    private static async Task<(AccountRow Account, LeaseRow Lease)> LoadAsync(SqlSession session, MoveOrder order)
    {
        var name = order.Account;
        if (name.Budget is not null)
        {
            await AccountSql.OpenAsync(session, AccountName.Credit(name.Org));
        }

        // Made or changed just now: what was spent before it was in force counts too.
        if (await AccountSql.OpenAsync(session, name) > 0 && name.Budget is not null)
        {
            await PeriodSql.CountAsync(session, name);
        }

        string[] one = [name.Account];
        var accounts = name.Budget is null
            ? await AccountSql.LockCreditsAsync(session, one)
            : await AccountSql.LockBudgetsAsync(session, one);
        var leases = await LeaseSql.ReadAsync(session, order.Incarnation, one);
        return (accounts[0], leases.Count > 0
            ? leases[0]
            : new LeaseRow { Account = name.Account, Org = name.Org.ToString() });
    }
}
