namespace Gateway.Billing;

/// <summary>Approvals and withdrawals of refunds. Who asked and who approved are three people: the row's own CHECK
/// holds it, whatever code writes.</summary>
internal static class ApprovalSql
{
    private const string First = """
        UPDATE payout SET state = 'approved1', approver1 = @person, changed = @now
        WHERE id = @id AND state = 'requested' AND requested_by <> @person
        """;

    private const string Second = """
        UPDATE payout SET state = 'approved2', approver2 = @person, changed = @now
        WHERE id = @id AND state = 'approved1' AND requested_by <> @person AND approver1 <> @person
        """;

    private const string Cancel = "UPDATE payout SET state = 'cancelled', changed = @now WHERE id = @id";

    internal static async Task<Approval> ApproveAsync(SqlSession session, string id, string person, string because)
    {
        var payout = await PayoutSql.ReadAsync(session, id, session.Dialect.LockRow);
        if (payout is not { Kind: PayoutKind.Refund, State: PayoutState.Requested or PayoutState.Approved1 })
        {
            return Approval.NotWaiting;
        }

        if (payout.RequestedBy == person)
        {
            return Approval.ByRequester;
        }

        if (payout.Approvers.Contains(person))
        {
            return Approval.Twice;
        }

        var isFirst = payout.State == PayoutState.Requested;
        var now = await session.NowAsync();
        if (await session.ExecuteAsync(
            isFirst ? First : Second, ("person", person), ("now", now), ("id", id)) != 1)
        {
            throw new BrokenInvariantException($"{id} moved while it was locked.");
        }

        await OperatorActs.AddAsync(session, person, "approve_payout", id, because);
        return isFirst ? Approval.First : Approval.Second;
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
        if (payout is not
            { State: PayoutState.Requested or PayoutState.Approved1 or PayoutState.Approved2 })
        {
            return null;
        }

        await session.ExecuteAsync(Cancel, ("now", await session.NowAsync()), ("id", id));
        await RefundSql.RestoreAsync(session, payout, "refund_cancelled");
        await OperatorActs.AddAsync(session, person, "cancel_payout", id, because);
        return await PayoutSql.ReadAsync(session, id);
    }
}
