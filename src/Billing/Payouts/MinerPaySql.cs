namespace Gateway.Billing;

/// <summary>What is owed to miners, and the payouts made of it.</summary>
internal static class MinerPaySql
{
    private const string Owner = "gateway";

    private const string List =
        "SELECT netuid, hotkey, owed, in_payout FROM miner_payable WHERE owed > 0 ORDER BY netuid, hotkey";

    private const string One =
        "SELECT owed - in_payout FROM miner_payable WHERE netuid = @netuid AND hotkey = @hotkey";

    private const string Hold =
        "UPDATE miner_payable SET in_payout = in_payout + @rao WHERE netuid = @netuid AND hotkey = @hotkey";

    internal static Task<List<MinerPayable>> ListAsync(SqlSession session) => session.ListAsync(
        List,
        row => new MinerPayable(new(checked((ushort)row.GetInt64(0))), new(row.GetString(1)),
            new(row.GetInt64(2)), new(row.GetInt64(3))));

    /// <summary>Holds what a payout that these books have forgotten pays.</summary>
    internal static async Task HoldAgainAsync(SqlSession session, Payout payout)
    {
        if (!MinerAccount.TryParseAccount(payout.Parts[0].Source, out var miner)
            || await session.ExecuteAsync(Hold, ("rao", payout.Amount.Value),
                ("netuid", (long)miner.NetUid.Value), ("hotkey", miner.Hotkey.Ss58)) != 1)
        {
            throw new BrokenInvariantException($"{payout.Id} pays {payout.Parts[0].Source}, to whom nothing is owed.");
        }

        var now = await session.NowAsync();
        await PayoutSql.InsertAsync(session, new()
        {
            Id = payout.Id,
            Kind = PayoutKind.Miner,
            Destination = payout.Destination,
            Rao = payout.Amount.Value,
            By = payout.RequestedBy,
            Now = now,
            NotBefore = now,
            Miner = miner,
        });
    }

    /// <summary>Makes a payout of all that a miner is owed and that no payout holds; false when that is less than the
    /// minimum.</summary>
    internal static async Task<bool> PayAsync(
        SqlSession session, MinerAccount miner, string destination, long minimumRao)
    {
        var (netUid, hotkey) = ((long)miner.NetUid.Value, miner.Hotkey.Ss58);
        var due = await session.ListAsync(
            One + session.Dialect.LockRow, row => row.GetInt64(0), ("netuid", netUid), ("hotkey", hotkey));
        if (due is not [var rao] || rao < minimumRao)
        {
            return false;
        }

        var now = await session.NowAsync();
        await session.ExecuteAsync(Hold, ("rao", rao), ("netuid", netUid), ("hotkey", hotkey));
        await PayoutSql.InsertAsync(session, new()
        {
            Id = RowId.Create("pay_", now),
            Kind = PayoutKind.Miner,
            Destination = destination,
            Rao = rao,
            By = Owner,
            Now = now,
            NotBefore = now,
            Miner = miner,
        });
        return true;
    }
}
