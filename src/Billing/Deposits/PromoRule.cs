using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rule of credit that we give, on rows in memory: every store applies this one.</summary>
internal static class PromoRule
{
    /// <summary>The lot of a promotion; null when our own rao does not cover it.</summary>
    /// <param name="org">Who gets it.</param>
    /// <param name="credit">Above zero.</param>
    /// <param name="rate">At which our rao covers it.</param>
    /// <param name="expires">Unix milliseconds.</param>
    /// <param name="revenue">Rao of our own.</param>
    internal static NewLot? Grant(string org, NanoUsd credit, FxRate rate, long expires, long revenue)
    {
        var rao = rate.ToRao(credit).Value;
        return revenue < rao ? null : new(org, "promo", rate, rao, credit.Value) { Expires = expires };
    }

    /// <summary>What a grant books.</summary>
    internal static Entry[] Granted(NewLot lot) =>
    [
        new("revenue", Books.RaoAsset, lot.Rao), new("fx_tao", Books.RaoAsset, -lot.Rao),
        new("adjustment", Books.NanoUsdAsset, -lot.NanoUsd),
        new(Books.Available(lot.Org), Books.NanoUsdAsset, lot.NanoUsd),
    ];

    /// <summary>What is taken back of expired lots. Credit that is leased is not touched: a running request may yet
    /// spend it, and the next round sees.</summary>
    /// <param name="available">Of the organisation, after lots have paid for what it spent.</param>
    /// <param name="expired">Its expired lots, in the order in which they ended.</param>
    internal static List<LotPart> Expire(long available, IEnumerable<LotLeft> expired)
    {
        var parts = new List<LotPart>();
        foreach (var lot in expired)
        {
            var part = LotRule.Take(lot, long.Min(lot.NanoUsd, available));
            if (part.NanoUsd > 0)
            {
                available -= part.NanoUsd;
                parts.Add(part);
            }
        }

        return parts;
    }

    /// <summary>What one of those books.</summary>
    internal static Entry[] Expired(string org, LotPart part)
    {
        Entry[] entries =
        [
            new("revenue", Books.RaoAsset, -part.Rao), new("fx_tao", Books.RaoAsset, part.Rao),
            new("adjustment", Books.NanoUsdAsset, part.NanoUsd),
            new(Books.Available(org), Books.NanoUsdAsset, -part.NanoUsd),
        ];
        return [.. entries.Where(entry => entry.Amount != 0)];
    }
}
