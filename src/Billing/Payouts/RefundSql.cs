using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A wish for a refund, checked as far as Billing knows no chain.</summary>
internal sealed record RefundWish(
    string? Id, OrgId Org, NanoUsd? Amount, string Destination, string By, long NewDestinationWaitMs);

/// <summary>Refunds: credit leaves an organisation at the rates of its own lots, and comes back to the same lots when
/// the refund ends without being paid.</summary>
internal static class RefundSql
{
    /// <summary>An account on the chain with less is reaped: subtensor's existential deposit.</summary>
    internal const long ExistentialDeposit = 500;

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
        if (account.IsFrozen)
        {
            return new RefundAnswer.OrgFrozen();
        }

        var lots = await LotSql.ListRefundableAsync(session, org);
        var refundable = (long)Int128.Min(
            account.Available, lots.Aggregate(Int128.Zero, (sum, lot) => sum + lot.NanoUsd));
        var amount = wish.Amount?.Value ?? refundable;
        if (amount <= 0 || amount > refundable)
        {
            return new RefundAnswer.Insufficient(new(refundable));
        }

        var parts = LotRule.Take(lots, amount)!;
        var rao = parts.Sum(part => part.Rao);
        return rao < ExistentialDeposit
            ? new RefundAnswer.TooSmall(new(rao), new(ExistentialDeposit))
            : new RefundAnswer.Requested(await SetAsideAsync(session, wish, parts, amount, rao));
    }

    /// <summary>Gives a refund that is not paid back to the lots it was taken from, to the rao.</summary>
    internal static async Task RestoreAsync(SqlSession session, Payout payout, string kind)
    {
        await LotSql.RestoreAsync(session,
            payout.Parts.Select(part => new LotPart(part.Source, part.Credit.Value, part.Amount.Value)));
        await MoveAsync(
            session, kind, payout.Id, payout.Org!.Value.ToString(), -payout.Credit.Value, -payout.Amount.Value);
    }

    private static bool IsSame(Payout known, RefundWish wish) =>
        known.Org == wish.Org && known.Destination == wish.Destination
        && (wish.Amount is not { } amount || known.Credit == amount);

    private static async Task<Payout> SetAsideAsync(
        SqlSession session, RefundWish wish, List<LotPart> parts, long nanoUsd, long rao)
    {
        var (org, now) = (wish.Org.ToString(), await session.NowAsync());
        var wait = await PayoutSql.WasPaidAsync(session, org, wish.Destination) ? 0 : wish.NewDestinationWaitMs;
        var payout = new NewPayout
        {
            Id = wish.Id ?? RowId.Create("pay_", now),
            Kind = PayoutKind.Refund,
            Org = org,
            Destination = wish.Destination,
            Rao = rao,
            NanoUsd = nanoUsd,
            By = wish.By,
            Now = now,
            NotBefore = now + wait,
            Lots = parts,
        };
        await LotSql.TakeAsync(session, parts);
        await PayoutSql.InsertAsync(session, payout);
        await MoveAsync(session, "refund_asked", payout.Id, org, nanoUsd, rao);
        return (await PayoutSql.ReadAsync(session, payout.Id))!;
    }

    private static async Task MoveAsync(
        SqlSession session, string kind, string cause, string org, long nanoUsd, long rao)
    {
        if (await session.ExecuteAsync(Move, ("nusd", nanoUsd), ("org", org)) != 1)
        {
            throw new BrokenInvariantException($"The account of {org} is gone.");
        }

        await Books.PostAsync(session, kind, cause,
            new("fx_tao", Books.RaoAsset, rao), new("refunds_clearing", Books.RaoAsset, -rao),
            new(Books.Available(org), Books.NanoUsdAsset, -nanoUsd),
            new(Refunded(org), Books.NanoUsdAsset, nanoUsd));
    }

    private static string Refunded(string org) => org + "/refunded";

    private sealed record Spendable(long Available, bool IsFrozen);
}
