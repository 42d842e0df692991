namespace Gateway.Billing;

/// <summary>Lots pay for what an organisation has spent: promotions first, then the oldest.</summary>
internal static class RollUpSql
{
    private const string Account = "SELECT spent, rolled FROM org_account WHERE org = @org";

    private const string Owing = "SELECT org FROM org_account WHERE spent > rolled ORDER BY org";

    private const string Roll = "UPDATE org_account SET rolled = rolled + @nusd WHERE org = @org";

    private const string Accruals =
        "SELECT upstream, nusd FROM miner_accrual WHERE org = @org AND nusd > 0 ORDER BY upstream";

    private const string Serve =
        "UPDATE miner_accrual SET nusd = nusd - @nusd WHERE org = @org AND upstream = @upstream";

    private const string Owe = """
        INSERT INTO miner_payable (netuid, hotkey, owed) VALUES (@netuid, @hotkey, @rao)
        ON CONFLICT (netuid, hotkey) DO UPDATE SET owed = miner_payable.owed + @rao
        """;

    /// <summary>Organisations with spending that no lot has paid for.</summary>
    internal static Task<List<string>> ListOwingAsync(SqlSession session) =>
        session.ListAsync(Owing, row => row.GetString(0));

    /// <summary>Lets lots pay for all that is spent by now; returns how much that was. The account's row stays held
    /// until the transaction ends.</summary>
    /// <exception cref="BrokenInvariantException">The lots have less than was spent.</exception>
    internal static async Task<long> RollUpAsync(SqlSession session, string org)
    {
        var accounts = await session.ListAsync(
            Account + session.Dialect.LockRow, row => checked(row.GetInt64(0) - row.GetInt64(1)), ("org", org));
        if (accounts is not [> 0 and var nanoUsd])
        {
            return 0;
        }

        var lots = await LotSql.ListOpenAsync(session, org);
        var accruals = await session.ListAsync(
            Accruals + session.Dialect.LockRow, row => new Accrual(row.GetString(0), row.GetInt64(1)), ("org", org));
        await SaveAsync(session, org, RollUpRule.Plan(org, nanoUsd, lots, accruals));
        return nanoUsd;
    }

    private static async Task SaveAsync(SqlSession session, string org, RollUpPlan plan)
    {
        await LotSql.TakeAsync(session, plan.Lots);
        await session.ExecuteAsync(Roll, ("nusd", plan.NanoUsd), ("org", org));
        foreach (var share in plan.Shares)
        {
            await session.ExecuteAsync(Serve, ("nusd", share.NanoUsd), ("org", org), ("upstream", share.Upstream));
        }

        foreach (var (miner, rao) in plan.Owed)
        {
            await session.ExecuteAsync(
                Owe, ("netuid", (long)miner.NetUid.Value), ("hotkey", miner.Hotkey.Ss58), ("rao", rao));
        }

        if (plan.Entries.Length > 0)
        {
            var cause = RowId.Create(org + "/", await session.NowAsync());
            await Books.PostAsync(session, "roll_up", cause, plan.Entries);
        }
    }
}
