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

        var parts = LotRule.Take(await LotSql.ListOpenAsync(session, org), nanoUsd)
            ?? throw new BrokenInvariantException($"The lots of {org} do not cover what it spent.");
        await LotSql.TakeAsync(session, parts);
        await session.ExecuteAsync(Roll, ("nusd", nanoUsd), ("org", org));
        await DivideAsync(session, org, nanoUsd, parts.Sum(part => part.Rao));
        return nanoUsd;
    }

    private static async Task DivideAsync(SqlSession session, string org, long nanoUsd, long rao)
    {
        var accruals = await session.ListAsync(
            Accruals + session.Dialect.LockRow, row => new Accrual(row.GetString(0), row.GetInt64(1)), ("org", org));
        var (entries, ours) = (new List<Entry> { new("fx_tao", Books.RaoAsset, rao) }, rao);
        foreach (var part in LotRule.Split(rao, nanoUsd, accruals))
        {
            await session.ExecuteAsync(Serve, ("nusd", part.NanoUsd), ("org", org), ("upstream", part.Upstream));
            if (part.Rao > 0 && MinerAccount.TryParse(part.Upstream, out var miner))
            {
                await session.ExecuteAsync(Owe, ("netuid", (long)miner.NetUid.Value),
                    ("hotkey", miner.Hotkey.Ss58), ("rao", part.Rao));
                entries.Add(new(miner.Account, Books.RaoAsset, -part.Rao));
                ours -= part.Rao;
            }
        }

        entries.Add(new("revenue", Books.RaoAsset, -ours));
        await PostAsync(session, org, entries);
    }

    // Spending too small to free a rao moves no account.
    private static async Task PostAsync(SqlSession session, string org, List<Entry> entries)
    {
        var moved = entries.Where(entry => entry.Amount != 0).ToArray();
        if (moved.Length > 0)
        {
            var cause = RowId.Create(org + "/", await session.NowAsync());
            await Books.PostAsync(session, "roll_up", cause, moved);
        }
    }
}
