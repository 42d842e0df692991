namespace Gateway.Billing;

/// <summary>A payout's way from the approvals to its end.</summary>
internal static class TransitionSql
{
    private const string Sign = """
        UPDATE payout SET state = 'signed', signed = @signed, hash = @hash, nonce = @nonce, era = @era, changed = @now
        WHERE id = @id
        """;

    private const string Move =
        "UPDATE payout SET state = @state, block = coalesce(@block, block), changed = @now WHERE id = @id";

    private const string ReleaseSigned = """
        UPDATE payout SET state = @state, nonce = NULL, signed = NULL, hash = NULL, era = NULL, tries = tries + 1,
            not_before = @now + @wait, changed = @now
        WHERE id = @id
        """;

    private const string Pay = """
        UPDATE miner_payable SET owed = owed - @rao, in_payout = in_payout - @rao
        WHERE netuid = @netuid AND hotkey = @hotkey
        """;

    private const string Release =
        "UPDATE miner_payable SET in_payout = in_payout - @rao WHERE netuid = @netuid AND hotkey = @hotkey";

    private const string Booked = "SELECT 1 FROM posting WHERE group_id = @group LIMIT 1";

    private const string Signer = "signer";
    private const string FinalizedGroup = "payout_finalized";

    internal static async Task<bool> SignAsync(SqlSession session, string id, SignedPayout signed)
    {
        var payout = await PayoutSql.ReadAsync(session, id, session.Dialect.LockRow);
        var now = await session.NowAsync();
        if (payout is null || !PayoutRule.CanSign(payout, signed.Nonce, now)
            || await PayoutSql.IsHaltedAsync(session))
        {
            // A halt that came after the signer read what is ready holds it up all the same: nothing was sent yet.
            return false;
        }

        await session.ExecuteAsync(Sign,
            ("signed", signed.Bytes.ToArray()), ("hash", signed.Hash), ("nonce", signed.Nonce), ("era", signed.Era),
            ("now", now), ("id", id));
        return true;
    }

    internal static async Task<bool> MoveAsync(SqlSession session, string id, PayoutState to)
    {
        var payout = await PayoutSql.ReadAsync(session, id, session.Dialect.LockRow);
        if (payout is null || !PayoutRule.Allows(payout, to))
        {
            return false;
        }

        await SetAsync(session, id, to, block: null);
        return true;
    }

    internal static async Task<bool> ReleaseAsync(SqlSession session, string id, string hash, long waitMs)
    {
        var payout = await PayoutSql.ReadAsync(session, id, session.Dialect.LockRow);
        if (payout is null || !PayoutRule.CanRelease(payout, hash))
        {
            return false;
        }

        await session.ExecuteAsync(ReleaseSigned, ("state", PayoutWords.Of(PayoutRule.Released(payout.Kind))),
            ("now", await session.NowAsync()), ("wait", waitMs), ("id", id));
        return true;
    }

    internal static async Task<bool> FinalizeAsync(
        SqlSession session, string id, string block, string from, long fee)
    {
        var payout = await PayoutSql.ReadAsync(session, id, session.Dialect.LockRow);
        if (payout is null || !PayoutRule.Allows(payout, PayoutState.Finalized))
        {
            return false;
        }

        await SetAsync(session, id, PayoutState.Finalized, block);

        // A row that somebody set back after it was paid only gets its state again: its money moved once.
        if ((await session.ListAsync(
            Booked, row => row.FieldCount, ("group", $"{FinalizedGroup}:{id}"))).Count > 0)
        {
            return true;
        }

        if (payout.Kind == PayoutKind.Miner)
        {
            await MovePayableAsync(session, Pay, payout);
        }

        await Books.PostAsync(session, FinalizedGroup, id, PayoutRule.Paid(payout, from, fee));
        return true;
    }

    internal static async Task<bool> FailAsync(SqlSession session, string id, string because)
    {
        if ((await PayoutSql.ReadAsync(session, id))?.Org is { } org)
        {
            // The account before the payout, as everywhere.
            await AccountLock.TakeAsync(session, org.ToString());
        }

        var payout = await PayoutSql.ReadAsync(session, id, session.Dialect.LockRow);
        if (payout is null || !PayoutRule.Allows(payout, PayoutState.Failed))
        {
            return false;
        }

        await SetAsync(session, id, PayoutState.Failed, null);
        await OperatorActs.AddAsync(session, Signer, "payout_failed", id, because);
        if (payout.Kind == PayoutKind.Miner)
        {
            await MovePayableAsync(session, Release, payout);
        }
        else
        {
            await RefundSql.RestoreAsync(session, payout, "refund_failed");
        }

        return true;
    }

    private static async Task SetAsync(SqlSession session, string id, PayoutState to, string? block) =>
        await session.ExecuteAsync(Move, ("state", PayoutWords.Of(to)), ("block", block),
            ("now", await session.NowAsync()), ("id", id));

    private static async Task MovePayableAsync(SqlSession session, string sql, Payout payout)
    {
        if (!MinerAccount.TryParseAccount(payout.Parts[0].Source, out var miner)
            || await session.ExecuteAsync(sql, ("rao", payout.Amount.Value),
                ("netuid", (long)miner.NetUid.Value), ("hotkey", miner.Hotkey.Ss58)) != 1)
        {
            throw new BrokenInvariantException($"{payout.Id} pays {payout.Parts[0].Source}, to whom nothing is owed.");
        }
    }
}
