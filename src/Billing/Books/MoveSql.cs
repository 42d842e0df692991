namespace Gateway.Billing;

/// <summary>A move as one transaction.</summary>
internal static class MoveSql
{
    internal static async Task<MoveReply> MoveAsync(SqlSession session, MoveOrder order, long aliveMs)
    {
        if (Refusal(await ReplicaSql.FindAsync(session, order.Incarnation, session.Dialect.ShareRow)) is { } refusal)
        {
            return refusal;
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

    /// <summary>What <see cref="MoveAsync"/> would answer: the same rule, on rows that nobody locks or saves. The room
    /// is what there is before the move.</summary>
    internal static async Task<MoveReply> ForeseeAsync(SqlSession session, MoveOrder order, long aliveMs)
    {
        if (Refusal(await ReplicaSql.FindAsync(session, order.Incarnation)) is { } refusal)
        {
            return refusal;
        }

        var (account, lease) = await PeekAsync(session, order);
        var room = account.Room;
        var live = await ReplicaSql.LiveAsync(session, await session.NowAsync() - aliveMs);
        return MoveRule.Apply(account, lease, order, live) with { Room = room };
    }

    private static MoveReply? Refusal(ReplicaRow? replica) => replica switch
    {
        null => new(MoveOutcome.Behind),
        { State: ReplicaState.ForceClosed or ReplicaState.Drained } => new(MoveOutcome.Closed),
        _ => null,
    };

    // No lock holds the two rows together: they are read until nothing was pushed between them.
    private static async Task<(AccountRow Account, LeaseRow Lease)> PeekAsync(SqlSession session, MoveOrder order)
    {
        var before = await FindLeaseAsync(session, order);
        while (true)
        {
            var account = await PeekAsync(session, order.Account);
            var lease = await FindLeaseAsync(session, order);
            if ((lease.OpSeq, lease.Consumed) == (before.OpSeq, before.Consumed))
            {
                return (account, lease);
            }

            before = lease;
        }
    }

    // As opening the account would leave it.
    private static async Task<AccountRow> PeekAsync(SqlSession session, AccountName name)
    {
        if (name.Budget is not { Allowance.Cap.Value: var cap })
        {
            return await AccountSql.FindCreditAsync(session, name.Account) ?? Empty(name, null);
        }

        var known = await AccountSql.FindBudgetAsync(session, name.Account);
        if (known is not null && known.Cap == cap)
        {
            return known;
        }

        var (account, spent) = (known ?? Empty(name, cap), await PeriodSql.UsedAsync(session, name, []));
        (account.Cap, account.Spent) = (cap, long.Max(account.Spent, spent));
        return account;
    }

    private static AccountRow Empty(AccountName name, long? cap) =>
        new() { Account = name.Account, Org = name.Org.ToString(), Cap = cap };

    private static async Task<LeaseRow> FindLeaseAsync(SqlSession session, MoveOrder order)
    {
        var leases = await LeaseSql.ReadAsync(session, order.Incarnation, [order.Account.Account]);
        return leases.Count > 0
            ? leases[0]
            : new() { Account = order.Account.Account, Org = order.Account.Org.ToString() };
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
        return (accounts[0], await FindLeaseAsync(session, order));
    }
}
