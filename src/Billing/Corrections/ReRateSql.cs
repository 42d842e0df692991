using System.Data.Common;
using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Gives back what requests paid by a wrong price. Once a request, and not of one that asked
/// several experts, whose price is a sum of several; the record, the receipt and the price that
/// was charged stay as they are, and miners keep what they earned.</summary>
internal static class ReRateSql
{
    private const string Read = """
        SELECT u.org, u.charge, u.input, u.cached, u.output, u.reasoning, u.images, u.audio_ms, u.characters,
            u.model_served
        FROM usage_record u
        WHERE u.day = @day AND u.request_id = @request AND u.settlement = 'settled' AND u.charge > 0
            AND NOT EXISTS (SELECT 1 FROM re_rate r WHERE r.request_id = u.request_id)
            AND NOT EXISTS (SELECT 1 FROM usage_line l WHERE l.day = u.day AND l.request_id = u.request_id)
        """;

    private const string Insert = """
        INSERT INTO re_rate (request_id, org, price_version, charge, back, act)
        VALUES (@request, @org, @version, @charge, @back, @act)
        """;

    private const string Account = "SELECT spent, rolled FROM org_account WHERE org = @org";

    private const string Move = """
        UPDATE org_account SET spent = spent - @back, available = available + @back, rolled = rolled - @rolled
        WHERE org = @org
        """;

    private const string LastRate = "SELECT rate FROM lot WHERE org = @org ORDER BY n DESC LIMIT 1";

    /// <summary>What a request paid, if it may be corrected.</summary>
    internal static Task<PaidRequest?> ReadAsync(SqlSession session, RequestId request) => session.FirstAsync(
        Read, row => Map(row, request), ("day", UsageRecord.DayOf(request)), ("request", request.ToString()));

    /// <summary>Corrects the given requests of one organisation; those that were corrected meanwhile, or cost no less
    /// at that price, are left out.</summary>
    internal static async Task<List<ReRatedRequest>> ReRateAsync(
        SqlSession session, string org, IReadOnlyList<RequestId> requests, PriceVersion version, ReRateAct act)
    {
        // Before the account, as grants do: both take of our own rao. Then lots pay for what is spent, so that each
        // nano-USD that comes back is in a lot, and statements, which are made of lots, add up.
        await session.LockAsync(PromoSql.RevenueLock);
        await RollUpSql.RollUpAsync(session, org);
        var accounts = await session.ListAsync(
            Account + session.Dialect.LockRow, row => (Spent: row.GetInt64(0), Rolled: row.GetInt64(1)), ("org", org));
        var done = new List<ReRatedRequest>();
        var subject = string.Create(
            CultureInfo.InvariantCulture, $"{requests.Count} requests of {org} to price version {version.Id}");
        var id = await OperatorActs.AddAsync(session, act.Person, "re_rate", subject, act.Because);
        foreach (var request in requests)
        {
            if (await ReadAsync(session, request) is { } paid && paid.Org == org
                && paid.Back(version) is { Value: > 0 } back)
            {
                await BookAsync(session, paid, version.Id, back.Value, id);
                done.Add(new(request, back));
            }
        }

        var total = done.Aggregate(NanoUsd.Zero, (sum, one) => sum + one.Back).Value;
        if (total == 0)
        {
            session.Abandoned = true;
            return done;
        }

        await MoveAsync(session, org, accounts[0].Spent, accounts[0].Rolled, total);
        return done;
    }

    private static async Task BookAsync(SqlSession session, PaidRequest paid, long version, long back, string act)
    {
        await session.ExecuteAsync(Insert,
            ("request", paid.Request.ToString()), ("org", paid.Org), ("version", version), ("charge", paid.Charge),
            ("back", back), ("act", act));
        await Books.PostAsync(session, "re_rate", paid.Request.ToString(),
            new(Books.Spent(paid.Org), Books.NanoUsdAsset, -back),
            new(Books.Available(paid.Org), Books.NanoUsdAsset, back));
    }

    // What lots have paid for already comes back as a lot of its own, covered by our rao: the lots that paid may be
    // used up, and their rao is divided.
    private static async Task MoveAsync(SqlSession session, string org, long spent, long rolled, long total)
    {
        var excess = long.Max(0, rolled - (spent - total));
        await session.ExecuteAsync(Move, ("back", total), ("rolled", excess), ("org", org));
        if (excess == 0)
        {
            return;
        }

        var rate = (await RateSql.NewestAsync(session))?.Rate
            ?? new FxRate((await session.ListAsync(LastRate, row => row.GetInt64(0), ("org", org)))[0]);
        var rao = rate.ToRao(new(excess)).Value;
        var lot = await LotSql.OpenAsync(session, new(org, "correction", rate, rao, excess));
        await Books.PostAsync(session, "re_rate_lot", lot,
            new("revenue", Books.RaoAsset, rao), new("fx_tao", Books.RaoAsset, -rao));
    }

    private static PaidRequest Map(DbDataReader row, RequestId request) => new(
        request,
        row.GetString(0),
        row.GetInt64(1),
        new(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5))
        {
            Images = row.GetInt64(6),
            AudioMs = row.GetInt64(7),
            Characters = row.GetInt64(8),
        },
        row.IsDBNull(9) ? null : row.GetString(9));
}
