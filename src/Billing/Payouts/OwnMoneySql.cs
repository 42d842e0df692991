using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Rao that moves between accounts of ours, or into them: no customer's balance changes.</summary>
internal static class OwnMoneySql
{
    private const string Booked = "SELECT 1 FROM posting WHERE group_id = @group LIMIT 1";

    private const string Places = "SELECT address, place FROM deposit_address WHERE parent = @parent ORDER BY place";

    internal static Task<List<(string Address, long Place)>> PlacesAsync(SqlSession session, string parent) =>
        session.ListAsync(Places, row => (row.GetString(0), row.GetInt64(1)), ("parent", parent));

    internal static async Task<bool> SweptAsync(SqlSession session, SweptDeposits swept)
    {
        if (await IsBookedAsync(session, "sweep", swept.Extrinsic))
        {
            return false;
        }

        await Books.PostAsync(session, "sweep", swept.Extrinsic, [.. Entries(swept)]);
        return true;
    }

    internal static async Task<bool> FundedAsync(SqlSession session, string cause, string wallet, long rao)
    {
        if (await IsBookedAsync(session, "own_funds", cause))
        {
            return false;
        }

        await Books.PostAsync(session, "own_funds", cause,
            new("chain/" + wallet, Books.RaoAsset, rao), new("revenue", Books.RaoAsset, -rao));
        return true;
    }

    /// <summary>What is no customer's and no miner's.</summary>
    internal static async Task<Rao> OwnAsync(SqlSession session) => new((
        await session.ListAsync(PromoSql.Revenue, row => Convert.ToInt64(row.GetValue(0))))[0]);

    /// <summary>Stake is kept outside the books, as what was withdrawn is: it left as our own rao, and comes back so.
    /// </summary>
    internal static async Task<bool> StakedAsync(
        SqlSession session, string cause, string wallet, long change, long fee)
    {
        if (await IsBookedAsync(session, "stake", cause))
        {
            return false;
        }

        await Books.PostAsync(session, "stake", cause,
            new("chain/" + wallet, Books.RaoAsset, change - fee), new("revenue", Books.RaoAsset, fee - change));
        return true;
    }

    private static IEnumerable<Entry> Entries(SweptDeposits swept)
    {
        foreach (var leg in swept.Legs)
        {
            yield return new("chain/" + leg.Address, Books.RaoAsset, -leg.Amount.Value);
            yield return new("chain/" + swept.Cold, Books.RaoAsset, leg.Amount.Value);
        }

        foreach (var fee in swept.Fees)
        {
            yield return new("chain/" + fee.Address, Books.RaoAsset, -fee.Amount.Value);
            yield return new("revenue", Books.RaoAsset, fee.Amount.Value);
        }
    }

    private static async Task<bool> IsBookedAsync(SqlSession session, string kind, string cause)
    {
        // Two that book the same at once: the second waits here, and then finds the first.
        await session.LockAsync(PromoSql.RevenueLock);
        return (await session.ListAsync(Booked, row => row.FieldCount, ("group", $"{kind}:{cause}"))).Count > 0;
    }
}
