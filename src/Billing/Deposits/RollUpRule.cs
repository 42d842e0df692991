namespace Gateway.Billing;

/// <summary>What a roll-up does.</summary>
/// <param name="NanoUsd">Spending that lots pay for now.</param>
/// <param name="Lots">What is taken of each.</param>
/// <param name="Shares">What each upstream's accrual falls by, and what it frees.</param>
/// <param name="Owed">What miners get of that, none of it zero.</param>
/// <param name="Entries">What is booked; empty where it freed no rao.</param>
internal sealed record RollUpPlan(
    long NanoUsd,
    IReadOnlyList<LotPart> Lots,
    IReadOnlyList<MinerPart> Shares,
    IReadOnlyList<(MinerAccount Miner, long Rao)> Owed,
    Entry[] Entries);

/// <summary>The rule by which lots pay for what is spent, on rows in memory: every store applies this one.</summary>
internal static class RollUpRule
{
    /// <summary>Lets lots pay for an organisation's spending, and divides the rao that this frees.</summary>
    /// <param name="org">Whose.</param>
    /// <param name="nanoUsd">Spent and not yet paid for, above zero.</param>
    /// <param name="lots">What is left of them, in the order in which they pay.</param>
    /// <param name="accruals">What upstreams earned, in the order in which they are served.</param>
    /// <exception cref="BrokenInvariantException">The lots have less than was spent.</exception>
    internal static RollUpPlan Plan(
        string org, long nanoUsd, IEnumerable<LotLeft> lots, IEnumerable<Accrual> accruals)
    {
        var parts = LotRule.Take(lots, nanoUsd)
            ?? throw new BrokenInvariantException($"The lots of {org} do not cover what it spent.");
        var rao = parts.Sum(part => part.Rao);
        var shares = LotRule.Split(rao, nanoUsd, accruals);
        var owed = new List<(MinerAccount Miner, long Rao)>();
        foreach (var share in shares)
        {
            if (share.Rao > 0 && MinerAccount.TryParse(share.Upstream, out var miner))
            {
                owed.Add((miner, share.Rao));
            }
        }

        return new(nanoUsd, parts, shares, owed, Book(rao, owed));
    }

    // Spending too small to free a rao moves no account.
    private static Entry[] Book(long rao, List<(MinerAccount Miner, long Rao)> owed)
    {
        var ours = rao - owed.Sum(one => one.Rao);
        return
        [
            .. new Entry[] { new("fx_tao", Books.RaoAsset, rao) }
                .Concat(owed.Select(one => new Entry(one.Miner.Account, Books.RaoAsset, -one.Rao)))
                .Append(new("revenue", Books.RaoAsset, -ours))
                .Where(entry => entry.Amount != 0),
        ];
    }
}
