namespace Gateway.Billing;

/// <summary>Approvals and withdrawals of refunds. Who asked and who approved are three people: the row's own CHECK
/// holds it, whatever code writes.</summary>
internal static class ApprovalSql
{
    private const string First = """
        UPDATE payout SET state = 'approved1', approver1 = @person, proof1 = @proof, changed = @now
        WHERE id = @id AND state = 'requested' AND requested_by <> @person
        """;

    private const string Second = """
        UPDATE payout SET state = 'approved2', approver2 = @person, proof2 = @proof, changed = @now
        WHERE id = @id AND state = 'approved1' AND requested_by <> @person AND approver1 <> @person
        """;

    private const string Cancel = "UPDATE payout SET state = 'cancelled', changed = @now WHERE id = @id";

    internal static async Task<Approval> ApproveAsync(
        SqlSession session, string id, string person, string because, ApprovalProof? proof)
    {
        var payout = await PayoutSql.ReadAsync(session, id, session.Dialect.LockRow);
        var approval = PayoutRule.Approve(payout, person);
        if (approval is not (Approval.First or Approval.Second))
        {
            return approval;
        }

        var now = await session.NowAsync();
        if (await session.ExecuteAsync(
            approval == Approval.First ? First : Second, ("person", person), ("proof", proof?.Text),
            ("now", now), ("id", id)) != 1)
        {
            throw new BrokenInvariantException($"{id} moved while it was locked.");
        }

        await OperatorActs.AddAsync(session, person, "approve_payout", id, because);
        return approval;
    }

    /// <summary>Ends a refund before it is signed; null when there is none to end.</summary>
    internal static async Task<Payout?> CancelAsync(SqlSession session, string id, string person, string because)
    {
        // The account before the payout, as a refund that is asked for holds them.
        var org = (await PayoutSql.ReadAsync(session, id))?.Org?.ToString();
        if (org is null)
        {
            return null;
        }

        await AccountLock.TakeAsync(session, org);
        var payout = await PayoutSql.ReadAsync(session, id, session.Dialect.LockRow);
        if (payout is null || !PayoutRule.CanCancel(payout))
        {
            return null;
        }

        await session.ExecuteAsync(Cancel, ("now", await session.NowAsync()), ("id", id));
        await RefundSql.RestoreAsync(session, payout, "refund_cancelled");
        await OperatorActs.AddAsync(session, person, "cancel_payout", id, because);
        return await PayoutSql.ReadAsync(session, id);
    }
}
