using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Lays a month's charges over the lots: the oldest pays first. What was refunded of a lot or ran out pays for
/// nothing.</summary>
internal static class LotUses
{
    internal static IReadOnlyList<LotUse> Of(MonthFacts facts, NanoUsd charged)
    {
        var reduced = facts.Reductions.GroupBy(line => line.Lot).ToDictionary(
            group => group.Key, group => group.Aggregate(NanoUsd.Zero, (sum, line) => sum + line.Credit));
        var (from, to) = (facts.ChargedBefore, facts.ChargedBefore + charged);
        var start = NanoUsd.Zero;
        var uses = new List<LotUse>();
        foreach (var lot in facts.Credits)
        {
            var end = start + lot.Credit - reduced.GetValueOrDefault(lot.Lot);
            var (first, last) = (NanoUsd.Max(from, start), NanoUsd.Min(to, end));
            if (first < last)
            {
                var rao = RaoUpTo(lot, last - start) - RaoUpTo(lot, first - start);
                uses.Add(new(lot.Lot, lot.Rate, rao, last - first));
            }

            start = end;
        }

        return uses;
    }

    // Rounded on the running total, so that the parts of all months add up to the lot.
    private static Rao RaoUpTo(CreditLine lot, NanoUsd used) =>
        new((long)((Int128)lot.Amount.Value * used.Value / lot.Credit.Value));
}
