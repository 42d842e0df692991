namespace Gateway.Billing;

/// <summary>The rows of lots. The caller holds the account's row.</summary>
internal static class LotSql
{
    // Promotions first, the next to expire before the others; then in the order in which they were credited. Both
    // stores put no expiry at one end of their order, and not at the same one.
    private const string Open = """
        SELECT id, nusd_left, rao_left FROM lot WHERE org = @org AND nusd_left > 0
        ORDER BY CASE WHEN kind = 'promo' THEN 0 ELSE 1 END, coalesce(expires, 0), n
        """;

    private const string Refundable = """
        SELECT id, nusd_left, rao_left FROM lot WHERE org = @org AND nusd_left > 0 AND kind <> 'promo' ORDER BY n
        """;

    private const string Insert = """
        INSERT INTO lot (id, org, n, kind, deposit, rate, rao, nusd, rao_left, nusd_left, expires)
        SELECT @id, @org, coalesce(max(n), 0) + 1, @kind, @deposit, @rate, @rao, @nusd, @rao, @nusd, @expires
        FROM lot WHERE org = @org
        """;

    private const string Move =
        "UPDATE lot SET nusd_left = nusd_left + @nusd, rao_left = rao_left + @rao WHERE id = @id";

    /// <summary>Opens a lot after all others of its organisation; returns its id.</summary>
    internal static async Task<string> OpenAsync(SqlSession session, NewLot lot)
    {
        var id = RowId.Create("lot_", await session.NowAsync());
        await session.ExecuteAsync(Insert,
            ("id", id), ("org", lot.Org), ("kind", lot.Kind), ("deposit", lot.Deposit),
            ("rate", lot.Rate.PicoUsdPerRao), ("rao", lot.Rao), ("nusd", lot.NanoUsd), ("expires", lot.Expires));
        return id;
    }

    /// <summary>What is left, in the order in which it pays.</summary>
    internal static Task<List<LotLeft>> ListOpenAsync(SqlSession session, string org) =>
        session.ListAsync(Open + session.Dialect.LockRow, Map, ("org", org));

    /// <summary>What may be paid back, oldest first: everything but promotions.</summary>
    internal static Task<List<LotLeft>> ListRefundableAsync(SqlSession session, string org) =>
        session.ListAsync(Refundable + session.Dialect.LockRow, Map, ("org", org));

    internal static async Task TakeAsync(SqlSession session, IEnumerable<LotPart> parts)
    {
        foreach (var part in parts)
        {
            await MoveAsync(session, part.Id, -part.NanoUsd, -part.Rao);
        }
    }

    internal static async Task RestoreAsync(SqlSession session, IEnumerable<LotPart> parts)
    {
        foreach (var part in parts)
        {
            await MoveAsync(session, part.Id, part.NanoUsd, part.Rao);
        }
    }

    private static async Task MoveAsync(SqlSession session, string id, long nanoUsd, long rao)
    {
        if (await session.ExecuteAsync(Move, ("nusd", nanoUsd), ("rao", rao), ("id", id)) != 1)
        {
            throw new BrokenInvariantException($"The lot {id} is gone.");
        }
    }

    private static LotLeft Map(System.Data.Common.DbDataReader row) =>
        new(row.GetString(0), row.GetInt64(1), row.GetInt64(2));
}
