using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows of deposit addresses: only ever added.</summary>
internal static class AddressSql
{
    private const string AddressLock = "deposit_address";

    private const string Columns = "address, org, parent, place, n, made";

    private const string NextPlace = "SELECT coalesce(max(place) + 1, 0) FROM deposit_address WHERE parent = @parent";

    private const string Insert = """
        INSERT INTO deposit_address (address, n, org, parent, place, made)
        SELECT @address, coalesce(max(n), 0) + 1, @org, @parent, @place, @now FROM deposit_address
        """;

    private const string One = $"SELECT {Columns} FROM deposit_address WHERE address = @address";

    private const string OfOrg = $"SELECT {Columns} FROM deposit_address WHERE org = @org ORDER BY n DESC";

    private const string After = $"SELECT {Columns} FROM deposit_address WHERE n > @n ORDER BY n LIMIT @limit";

    /// <summary>One at a time to the commit: otherwise a number could become visible after a higher one and be
    /// overlooked, or an organisation get two first addresses.</summary>
    internal static Task LockAsync(SqlSession session) => session.LockAsync(AddressLock);

    /// <summary>Gives the organisation the next address below the parent that nobody ever had, at no place below the
    /// least: these are given already, whether the books remember or not. Null when there is none left. The caller
    /// holds the lock.</summary>
    internal static async Task<DepositAddress?> AddAsync(
        SqlSession session, OrgId org, (string Parent, long Least) below, Func<string, long, string?> addressOf)
    {
        var (parent, least) = below;
        await session.ExecuteAsync(AccountSql.Open, ("org", org.ToString()));
        for (var place = long.Max(least, await NextAsync(session, parent));
            addressOf(parent, place) is { } address;
            place++)
        {
            // A list may have an address that was given out below another parent.
            if (await FindAsync(session, address) is null)
            {
                await InsertAsync(session, address, new(parent, place, org));
                return await FindAsync(session, address);
            }
        }

        return null;
    }

    /// <summary>The first place that the books never gave out; they only ever go up.</summary>
    internal static async Task<long> NextAsync(SqlSession session, string parent) =>
        (await session.ListAsync(NextPlace, row => row.GetInt64(0), ("parent", parent)))[0];

    /// <summary>Gives addresses back to whom they were given; those that others have meanwhile stay theirs.</summary>
    /// <returns>How many.</returns>
    internal static async Task<int> ReturnAsync(
        SqlSession session, IEnumerable<GivenAddress> lost, Func<string, long, string?> addressOf)
    {
        await LockAsync(session);
        var returned = 0;
        foreach (var one in lost)
        {
            if (addressOf(one.Parent, one.Place) is { } address && await FindAsync(session, address) is null)
            {
                await session.ExecuteAsync(AccountSql.Open, ("org", one.Org.ToString()));
                await InsertAsync(session, address, one);
                returned++;
            }
        }

        return returned;
    }

    private static async Task<int> InsertAsync(SqlSession session, string address, GivenAddress given) =>
        await session.ExecuteAsync(Insert,
            ("address", address), ("org", given.Org.ToString()), ("parent", given.Parent), ("place", given.Place),
            ("now", await session.NowAsync()));

    internal static Task<DepositAddress?> FindAsync(SqlSession session, string address) =>
        session.FirstAsync(One, Map, ("address", address));

    internal static Task<List<DepositAddress>> ListAsync(SqlSession session, OrgId org) =>
        session.ListAsync(OfOrg, Map, ("org", org.ToString()));

    internal static Task<List<DepositAddress>> ListAfterAsync(SqlSession session, long number, int limit) =>
        session.ListAsync(After, Map, ("n", number), ("limit", (long)limit));

    private static DepositAddress Map(DbDataReader row) => new(
        row.GetString(0),
        DepositSql.Parse(row.GetString(1)),
        row.GetString(2),
        row.GetInt64(3),
        row.GetInt64(4),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)));
}
