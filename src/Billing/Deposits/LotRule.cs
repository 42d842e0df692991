namespace Gateway.Billing;

/// <summary>What is left of a lot.</summary>
internal readonly record struct LotLeft(string Id, long NanoUsd, long Rao);

/// <summary>What was taken of a lot.</summary>
internal readonly record struct LotPart(string Id, long NanoUsd, long Rao);

/// <summary>An upstream's accrued share of what an organisation spent.</summary>
internal readonly record struct Accrual(string Upstream, long NanoUsd);

/// <summary>An upstream's part of the rao that a roll-up frees: what its accrual falls by, and what it gets.</summary>
internal readonly record struct MinerPart(string Upstream, long NanoUsd, long Rao);

/// <summary>How lots pay: pure arithmetic on what is left of them. No rao is ever made or lost.</summary>
internal static class LotRule
{
    /// <summary>Takes credit of one lot. All of it takes all its rao; a part takes the floor of its share, and the
    /// remainder stays.</summary>
    internal static LotPart Take(LotLeft lot, long nanoUsd)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoUsd);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoUsd, lot.NanoUsd);
        return new(lot.Id, nanoUsd,
            nanoUsd == lot.NanoUsd ? lot.Rao : (long)((Int128)lot.Rao * nanoUsd / lot.NanoUsd));
    }

    /// <summary>Takes an amount of lots, one after the other in the given order.</summary>
    /// <returns>The parts, none empty; null when all lots together have less.</returns>
    internal static List<LotPart>? Take(IEnumerable<LotLeft> lots, long nanoUsd)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoUsd);
        var parts = new List<LotPart>();
        foreach (var lot in lots)
        {
            if (nanoUsd == 0)
            {
                break;
            }

            var part = Take(lot, long.Min(nanoUsd, lot.NanoUsd));
            if (part.NanoUsd > 0)
            {
                parts.Add(part);
                nanoUsd -= part.NanoUsd;
            }
        }

        return nanoUsd == 0 ? parts : null;
    }

    /// <summary>Divides the rao that an amount of spending freed among the upstreams that earned of it: each gets
    /// floor(rao x accrual / amount), the rest is ours. What has accrued beyond the amount waits for the
    /// next.</summary>
    /// <param name="rao">Freed.</param>
    /// <param name="nanoUsd">Spent, above zero.</param>
    /// <param name="accruals">In the order in which they are served.</param>
    internal static List<MinerPart> Split(long rao, long nanoUsd, IEnumerable<Accrual> accruals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rao);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nanoUsd);
        var (parts, left) = (new List<MinerPart>(), nanoUsd);
        foreach (var accrual in accruals)
        {
            var served = long.Min(accrual.NanoUsd, left);
            if (served > 0)
            {
                parts.Add(new(accrual.Upstream, served, (long)((Int128)rao * served / nanoUsd)));
                left -= served;
            }
        }

        return parts;
    }
}
