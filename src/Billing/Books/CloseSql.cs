namespace Gateway.Billing;

/// <summary>The end of an incarnation: what its leases still have goes back.</summary>
internal static class CloseSql
{
    internal static async Task<bool> DrainAsync(SqlSession session, string incarnation, long end)
    {
        var replica = await ReplicaSql.FindAsync(session, incarnation, session.Dialect.LockRow);
        if (replica is null || replica.Seq != end)
        {
            return false;
        }

        if (replica.State is ReplicaState.Live or ReplicaState.Orphaned)
        {
            await CloseLeasesAsync(session, incarnation);
            await ReplicaSql.MarkAsync(session, incarnation, ReplicaState.Drained);
        }

        return true;
    }

    internal static async Task<bool> OrphanAsync(SqlSession session, string incarnation, long unseenMs)
    {
        if (!await IsStillUnseenAsync(session, incarnation, ReplicaState.Live, unseenMs))
        {
            return false;
        }

        await ReplicaSql.MarkAsync(session, incarnation, ReplicaState.Orphaned);
        return true;
    }

    internal static async Task<bool> ForceCloseAsync(SqlSession session, string incarnation, long unseenMs)
    {
        if (!await IsStillUnseenAsync(session, incarnation, ReplicaState.Orphaned, unseenMs))
        {
            return false;
        }

        await CloseLeasesAsync(session, incarnation);
        await ReplicaSql.MarkAsync(session, incarnation, ReplicaState.ForceClosed);
        return true;
    }

    // Looked at again under the lock: it may have been heard of since the list was made.
    private static async Task<bool> IsStillUnseenAsync(
        SqlSession session, string incarnation, ReplicaState state, long unseenMs)
    {
        var before = await session.NowAsync() - unseenMs;
        await ReplicaSql.FindAsync(session, incarnation, session.Dialect.LockRow);
        return (await ReplicaSql.UnseenAsync(session, state, before)).Contains(incarnation);
    }

    private static async Task CloseLeasesAsync(SqlSession session, string incarnation)
    {
        var names = (await LeaseSql.ReadOpenAsync(session, incarnation)).ConvertAll(lease => lease.Account);
        if (names.Count == 0)
        {
            return;
        }

        // Accounts are locked before leases, here as everywhere.
        var accounts = (await AccountSql.LockCreditsAsync(session, names))
            .Concat(await AccountSql.LockBudgetsAsync(session, names))
            .ToDictionary(account => account.Account);
        foreach (var lease in await LeaseSql.ReadAsync(session, incarnation, names))
        {
            if (accounts.TryGetValue(lease.Account, out var account))
            {
                CloseRule.Close(account, lease);
                await AccountSql.SaveAsync(session, account);
                await LeaseSql.SaveAsync(session, incarnation, lease);
            }
        }
    }
}
