namespace Gateway.Billing;

/// <summary>What becomes of a wish for a refund.</summary>
internal abstract record RefundPlan
{
    private RefundPlan()
    {
    }

    /// <summary>Nothing changes.</summary>
    internal sealed record Refused(RefundAnswer Answer) : RefundPlan;

    /// <summary>This is set aside.</summary>
    internal sealed record Granted(long NanoUsd, long Rao, IReadOnlyList<LotPart> Lots) : RefundPlan;
}

/// <summary>The rule of refunds, on rows in memory: every store applies this one.</summary>
internal static class RefundRule
{
    /// <summary>An account on the chain with less is reaped: subtensor's existential deposit.</summary>
    internal const long ExistentialDeposit = 500;

    /// <summary>Takes a refund of lots, each at its own rate.</summary>
    /// <param name="amount">Nano-USD; null for all that can be had.</param>
    /// <param name="available">Of the organisation, after lots have paid for what it spent.</param>
    /// <param name="isFrozen">Whether a person must look first.</param>
    /// <param name="lots">Those that can be paid back, in the order in which they are.</param>
    internal static RefundPlan Plan(long? amount, long available, bool isFrozen, IReadOnlyList<LotLeft> lots)
    {
        if (isFrozen)
        {
            return new RefundPlan.Refused(new RefundAnswer.OrgFrozen());
        }

        var refundable = (long)Int128.Min(
            available, lots.Aggregate(Int128.Zero, (sum, lot) => sum + lot.NanoUsd));
        var nanoUsd = amount ?? refundable;
        if (nanoUsd <= 0 || nanoUsd > refundable)
        {
            return new RefundPlan.Refused(new RefundAnswer.Insufficient(new(refundable)));
        }

        var parts = LotRule.Take(lots, nanoUsd)!;
#if MUTANTS
        if (Mutant.Is(17))
        {
            parts = [.. parts.Select(part => AtRateOf(lots[^1], part))];
        }
#endif
        var rao = parts.Sum(part => part.Rao);
        return rao < ExistentialDeposit
            ? new RefundPlan.Refused(new RefundAnswer.TooSmall(new(rao), new(ExistentialDeposit)))
            : new RefundPlan.Granted(nanoUsd, rao, parts);
    }

    /// <summary>What a refund that is asked for takes of the accounts.</summary>
    internal static Entry[] Asked(string org, long nanoUsd, long rao) =>
    [
        new("fx_tao", Books.RaoAsset, rao), new("refunds_clearing", Books.RaoAsset, -rao),
        new(Books.Available(org), Books.NanoUsdAsset, -nanoUsd),
        new(org + "/refunded", Books.NanoUsdAsset, nanoUsd),
    ];

    /// <summary>What one that ends unpaid gives back: the same, to the rao.</summary>
    internal static Entry[] Restored(Payout payout) =>
        Asked(payout.Org!.Value.ToString(), -payout.Credit.Value, -payout.Amount.Value);

    /// <summary>The lots that it was taken of.</summary>
    internal static IEnumerable<LotPart> LotsOf(Payout payout) =>
        payout.Parts.Select(part => new LotPart(part.Source, part.Credit.Value, part.Amount.Value));

#if MUTANTS
    // The newest lot has the newest rate.
    private static LotPart AtRateOf(LotLeft newest, LotPart part) =>
        part with { Rao = (long)((Int128)newest.Rao * part.NanoUsd / newest.NanoUsd) };
#endif
}
