namespace Gateway.Billing;

/// <summary>Puts a payout that was signed back into books that went back in time.</summary>
internal static class RestoreSql
{
    private const string Approve = """
        UPDATE payout SET approver1 = @first, approver2 = @second, proof1 = @proof1, proof2 = @proof2, tries = @tries
        WHERE id = @id
        """;

    private const string Sign = """
        UPDATE payout SET state = 'signed', signed = @signed, hash = @hash, nonce = @nonce, era = @era, changed = @now
        WHERE id = @id
        """;

    internal static async Task<bool> RestoreAsync(SqlSession session, Payout payout, SignedPayout extrinsic)
    {
        if (payout.Org is { } org)
        {
            // Lots first pay for what was spent meanwhile, and the account comes before the payout, as everywhere.
            await RollUpSql.RollUpAsync(session, org.ToString());
            await AccountLock.TakeAsync(session, org.ToString());
        }

        var known = await PayoutSql.ReadAsync(session, payout.Id, session.Dialect.LockRow);
        if (known is not null && !IsSame(known, payout))
        {
            return false;
        }

        if (known is not null && !IsUnsigned(known.State))
        {
            return known.Hash == extrinsic.Hash && !PayoutRule.IsFinal(known.State);
        }

        if (known is null)
        {
            await SetAsideAsync(session, payout);
        }

        await SignAsync(session, payout, extrinsic);
        return true;
    }

    private static bool IsSame(Payout known, Payout payout) =>
        known.Kind == payout.Kind && known.Org == payout.Org && known.Destination == payout.Destination
        && known.Amount == payout.Amount && known.Credit == payout.Credit && known.Parts.SequenceEqual(payout.Parts);

    private static bool IsUnsigned(PayoutState state) => state is PayoutState.Requested or PayoutState.Approved1
        or PayoutState.Approved2 or PayoutState.Expired;

    private static async Task SetAsideAsync(SqlSession session, Payout payout)
    {
        if (payout.Kind == PayoutKind.Refund)
        {
            await RefundSql.TakeAgainAsync(session, payout);
        }
        else
        {
            await MinerPaySql.HoldAgainAsync(session, payout);
        }
    }

    private static async Task SignAsync(SqlSession session, Payout payout, SignedPayout extrinsic)
    {
        await session.ExecuteAsync(Approve,
            ("first", payout.Approvers.ElementAtOrDefault(0)), ("second", payout.Approvers.ElementAtOrDefault(1)),
            ("proof1", payout.Proofs.ElementAtOrDefault(0)), ("proof2", payout.Proofs.ElementAtOrDefault(1)),
            ("tries", (long)payout.Tries), ("id", payout.Id));
        await session.ExecuteAsync(Sign,
            ("signed", extrinsic.Bytes.ToArray()), ("hash", extrinsic.Hash), ("nonce", extrinsic.Nonce),
            ("era", extrinsic.Era), ("now", await session.NowAsync()), ("id", payout.Id));
    }
}
