using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Credit that we give: a lot covered by our own rao, which pays first and ends at a date.</summary>
internal static class PromoSql
{
    /// <summary>Held, before any account, by whatever takes of our own rao; roll-ups only add to it.</summary>
    internal const string RevenueLock = "revenue";

    /// <summary>Our own rao: one number.</summary>
    internal const string Revenue =
        "SELECT coalesce(-sum(amount), 0) FROM posting WHERE account = 'revenue' AND asset = 'RAO'";

    private const string Expired = """
        SELECT DISTINCT org FROM lot WHERE expires IS NOT NULL AND nusd_left > 0 AND expires <= @now ORDER BY org
        """;

    private const string ExpiredOf = """
        SELECT id, nusd_left, rao_left FROM lot
        WHERE org = @org AND expires IS NOT NULL AND nusd_left > 0 AND expires <= @now ORDER BY expires, n
        """;

    private const string Account = "SELECT available FROM org_account WHERE org = @org";

    private const string Withdraw = "UPDATE org_account SET available = available - @nusd WHERE org = @org";

    private const string Expire =
        "UPDATE lot SET nusd_left = nusd_left - @nusd, rao_left = rao_left - @rao, expired = expired + @nusd "
        + "WHERE id = @id";

    /// <summary>Grants credit; false, with nothing done, when our own rao does not cover it.</summary>
    internal static async Task<bool> GrantAsync(
        SqlSession session, string org, NanoUsd credit, FxRate rate, DateTimeOffset expires)
    {
        // Two grants must not count the same rao; roll-ups only add to it.
        await session.LockAsync(RevenueLock);
        await AccountSql.CreditAsync(session, DepositSql.Parse(org), credit);
        var revenue = (await session.ListAsync(Revenue, row => Convert.ToInt64(row.GetValue(0))))[0];
        if (PromoRule.Grant(org, credit, rate, expires.ToUnixTimeMilliseconds(), revenue) is not { } lot)
        {
            session.Abandoned = true;
            return false;
        }

        var id = await LotSql.OpenAsync(session, lot);
        await Books.PostAsync(session, "promo_granted", id, PromoRule.Granted(lot));
        return true;
    }

    internal static async Task<List<string>> ListExpiredAsync(SqlSession session) => await session.ListAsync(
        Expired, row => row.GetString(0), ("now", await session.NowAsync()));

    /// <summary>Takes back what is left of an organisation's expired promotions, after what was spent has been
    /// paid.</summary>
    internal static async Task<long> ExpireAsync(SqlSession session, string org)
    {
        await RollUpSql.RollUpAsync(session, org);
        var available = (await session.ListAsync(
            Account + session.Dialect.LockRow, row => row.GetInt64(0), ("org", org)))[0];
        var lots = await session.ListAsync(
            ExpiredOf + session.Dialect.LockRow,
            row => new LotLeft(row.GetString(0), row.GetInt64(1), row.GetInt64(2)),
            ("org", org), ("now", await session.NowAsync()));
        var parts = PromoRule.Expire(available, lots);
        foreach (var part in parts)
        {
            await ExpireAsync(session, org, part);
        }

        return parts.Sum(part => part.NanoUsd);
    }

    private static async Task ExpireAsync(SqlSession session, string org, LotPart part)
    {
        await session.ExecuteAsync(Withdraw, ("nusd", part.NanoUsd), ("org", org));
        await session.ExecuteAsync(Expire, ("nusd", part.NanoUsd), ("rao", part.Rao), ("id", part.Id));

        // A lot may expire in several rounds, as what is leased of it comes back.
        var cause = RowId.Create(part.Id + "/", await session.NowAsync());
        await Books.PostAsync(session, "promo_expired", cause, PromoRule.Expired(org, part));
    }
}
