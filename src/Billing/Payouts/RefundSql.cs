using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A wish for a refund, checked as far as Billing knows no chain.</summary>
internal sealed record RefundWish(
    string? Id, OrgId Org, NanoUsd? Amount, string Destination, string By, long NewDestinationWaitMs);

/// <summary>Refunds: credit leaves an organisation at the rates of its own lots, and comes back to the same lots when
/// the refund ends without being paid.</summary>
internal static class RefundSql
{
    private const string Account = "SELECT available, frozen FROM org_account WHERE org = @org";

    private const string Move = """
        UPDATE org_account SET available = available - @nusd, refunded = refunded + @nusd WHERE org = @org
        """;

    internal static async Task<RefundAnswer> RequestAsync(SqlSession session, RefundWish wish)
    {
        if (await PayoutSql.IsOursAsync(session, wish.Destination))
        {
            return new RefundAnswer.BadDestination("The address is a deposit address of this gateway.");
        }

        // Lots first pay for what is spent, so that what they have left is what may be paid back. It holds the account.
        var org = wish.Org.ToString();
        await RollUpSql.RollUpAsync(session, org);
        if (wish.Id is { } id && await PayoutSql.ReadAsync(session, id) is { } known)
        {
            return IsSame(known, wish) ? new RefundAnswer.Requested(known) : new RefundAnswer.IdTaken();
        }

        var account = await session.FirstAsync(Account,
            row => new Spendable(row.GetInt64(0), row.GetInt64(1) == 1), ("org", org)) ?? new(0, false);
        var lots = await LotSql.ListRefundableAsync(session, org);
        return RefundRule.Plan(wish.Amount?.Value, account.Available, account.IsFrozen, lots) switch
        {
            RefundPlan.Granted granted => new RefundAnswer.Requested(await SetAsideAsync(session, wish, granted)),
            RefundPlan.Refused refused => refused.Answer,
            _ => throw new InvalidOperationException("A refund is granted or refused."),
        };
    }

    /// <summary>Gives a refund that is not paid back to the lots it was taken from, to the rao.</summary>
    internal static async Task RestoreAsync(SqlSession session, Payout payout, string kind)
    {
        await LotSql.RestoreAsync(session, RefundRule.LotsOf(payout));
        await MoveAsync(session, payout.Org!.Value.ToString(), -payout.Credit.Value);
        await Books.PostAsync(session, kind, payout.Id, RefundRule.Restored(payout));
    }

    /// <summary>Takes a refund that these books have forgotten of its lots again, to the rao.</summary>
    internal static async Task TakeAgainAsync(SqlSession session, Payout payout)
    {
        var (org, now) = (payout.Org!.Value.ToString(), await session.NowAsync());
        IReadOnlyList<LotPart> lots = [.. RefundRule.LotsOf(payout)];
        await LotSql.TakeAsync(session, lots);
        await PayoutSql.InsertAsync(session, new()
        {
            Id = payout.Id,
            Kind = PayoutKind.Refund,
            Org = org,
            Destination = payout.Destination,
            Rao = payout.Amount.Value,
            NanoUsd = payout.Credit.Value,
            By = payout.RequestedBy,
            Now = now,
            NotBefore = now,
            Lots = lots,
        });
        await MoveAsync(session, org, payout.Credit.Value);
        await Books.PostAsync(session, "refund_asked", payout.Id,
            RefundRule.Asked(org, payout.Credit.Value, payout.Amount.Value));
    }

    private static bool IsSame(Payout known, RefundWish wish) =>
        known.Org == wish.Org && known.Destination == wish.Destination
        && (wish.Amount is not { } amount || known.Credit == amount);

    private static async Task<Payout> SetAsideAsync(SqlSession session, RefundWish wish, RefundPlan.Granted granted)
    {
        var (org, now) = (wish.Org.ToString(), await session.NowAsync());
        var wait = await PayoutSql.WasPaidAsync(session, org, wish.Destination) ? 0 : wish.NewDestinationWaitMs;
        var payout = new NewPayout
        {
            Id = wish.Id ?? RowId.Create("pay_", now),
            Kind = PayoutKind.Refund,
            Org = org,
            Destination = wish.Destination,
            Rao = granted.Rao,
            NanoUsd = granted.NanoUsd,
            By = wish.By,
            Now = now,
            NotBefore = now + wait,
            Lots = granted.Lots,
        };
        await LotSql.TakeAsync(session, granted.Lots);
        await PayoutSql.InsertAsync(session, payout);
        await MoveAsync(session, org, granted.NanoUsd);
        await Books.PostAsync(
            session, "refund_asked", payout.Id, RefundRule.Asked(org, granted.NanoUsd, granted.Rao));
        return (await PayoutSql.ReadAsync(session, payout.Id))!;
    }

    private static async Task MoveAsync(SqlSession session, string org, long nanoUsd)
    {
        if (await session.ExecuteAsync(Move, ("nusd", nanoUsd), ("org", org)) != 1)
        {
            throw new BrokenInvariantException($"The account of {org} is gone.");
        }
    }

    private sealed record Spendable(long Available, bool IsFrozen);
}
