using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows of payouts and their parts.</summary>
internal static class PayoutSql
{
    /// <summary>Rao that organisations asked back and have not got: organisation and rao.</summary>
    internal const string UnpaidRefunds = """
        SELECT org, rao FROM payout WHERE kind = 'refund' AND state NOT IN ('finalized', 'failed', 'cancelled')
        """;

    private const string UnpaidCredit = """
        SELECT coalesce(sum(nusd), 0) FROM payout
        WHERE org = @org AND kind = 'refund' AND state NOT IN ('finalized', 'failed', 'cancelled')
        """;

    /// <summary>What took credit from an organisation other than requests: id, kind, lot, time, rao and nano-USD, when
    /// it was booked. A refund that ended unpaid stands there a second time, below zero, on the day it ended: what a
    /// month said stays. The booking of an expiry is named by its lot and, as a UUID version 7, its time.</summary>
    internal const string Reductions = """
        SELECT p.id, 'refund', t.lot, p.requested, t.rao, t.nusd FROM payout p JOIN payout_part t ON t.payout = p.id
        WHERE p.org = @org AND p.kind = 'refund'
        UNION ALL
        SELECT p.id, 'refund', t.lot, p.changed, -t.rao, -t.nusd FROM payout p JOIN payout_part t ON t.payout = p.id
        WHERE p.org = @org AND p.kind = 'refund' AND p.state IN ('failed', 'cancelled')
        UNION ALL
        SELECT p.ref, 'expiry', p.ref, 0, 0, -p.amount FROM posting p
        WHERE p.account = @org || '/available' AND p.asset = 'NUSD' AND p.kind = 'promo_expired'
        """;

    private const string Columns = """
        id, kind, org, dest, rao, nusd, state, requested_by, requested, not_before, approver1, approver2, nonce, hash,
        block, proof1, proof2, tries, signed, era
        """;

    private const string Insert = """
        INSERT INTO payout (id, kind, org, dest, rao, nusd, state, requested_by, requested, not_before, changed)
        VALUES (@id, @kind, @org, @dest, @rao, @nusd, 'requested', @by, @now, @from, @now)
        """;

    private const string InsertPart = """
        INSERT INTO payout_part (payout, n, lot, netuid, hotkey, rao, nusd)
        VALUES (@payout, @n, @lot, @netuid, @hotkey, @rao, @nusd)
        """;

    private const string One = $"SELECT {Columns} FROM payout WHERE id = @id";

    private const string OfOrg = $"""
        SELECT {Columns} FROM payout WHERE org = @org
            AND (@after = '' OR (requested, id) < (SELECT requested, id FROM payout WHERE id = @after AND org = @org))
        ORDER BY requested DESC, id DESC LIMIT @limit
        """;

    private const string All = $"""
        SELECT {Columns} FROM payout
        WHERE @after = '' OR (requested, id) < (SELECT requested, id FROM payout WHERE id = @after)
        ORDER BY requested DESC, id DESC LIMIT @limit
        """;

    private const string Halt = "SELECT 1 FROM chain_halt h WHERE h.scope = 'payouts' AND h.lifted IS NULL";

    // Miners' payouts are made by ourselves of what is owed, so they need nobody's word. While our addresses hold less
    // than the books say, nothing is paid.
    private const string Ready = $"""
        SELECT {Columns} FROM payout
        WHERE not_before <= @now AND ((kind = 'miner' AND state = 'requested') OR state IN ('approved2', 'expired'))
            AND NOT EXISTS ({Halt})
        ORDER BY requested, id
        """;

    private const string UnderWay = $"""
        SELECT {Columns} FROM payout WHERE state IN ('signed', 'broadcast') ORDER BY requested, id
        """;

    private const string Waiting = $"""
        SELECT {Columns} FROM payout WHERE kind = 'refund' AND state IN ('requested', 'approved1')
        ORDER BY requested, id
        """;

    private const string Parts = "SELECT lot, netuid, hotkey, rao, nusd FROM payout_part WHERE payout = @id ORDER BY n";

    private const string Paid =
        "SELECT 1 FROM payout WHERE org = @org AND dest = @dest AND state = 'finalized' LIMIT 1";

    // Whether anything came to it yet or not; and what was deposited before addresses were kept.
    private const string Ours = """
        SELECT 1 FROM deposit_address WHERE address = @dest OR parent = @dest
        UNION ALL SELECT 1 FROM deposit WHERE address = @dest LIMIT 1
        """;

    /// <summary>Credit set aside for refunds that are not paid yet.</summary>
    internal static async Task<NanoUsd> UnpaidCreditAsync(SqlSession session, OrgId org) => new((
        await session.ListAsync(UnpaidCredit, row => Convert.ToInt64(row.GetValue(0)), ("org", org.ToString())))[0]);

    /// <summary>Stores a new payout; its parts' money has been set aside in the same transaction.</summary>
    internal static async Task InsertAsync(SqlSession session, NewPayout payout)
    {
        await session.ExecuteAsync(Insert,
            ("id", payout.Id), ("kind", PayoutWords.Of(payout.Kind)), ("org", payout.Org), ("dest", payout.Destination),
            ("rao", payout.Rao), ("nusd", payout.NanoUsd), ("by", payout.By), ("now", payout.Now),
            ("from", payout.NotBefore));
        for (var n = 0; n < payout.Lots.Count; n++)
        {
            var part = payout.Lots[n];
            await InsertPartAsync(session, payout.Id, n, part.Id, null, part.Rao, part.NanoUsd);
        }

        if (payout.Miner is { } miner)
        {
            await InsertPartAsync(session, payout.Id, 0, null, miner, payout.Rao, 0);
        }
    }

    /// <summary>One payout with its parts; with the dialect's row lock as suffix nobody else moves it.</summary>
    internal static async Task<Payout?> ReadAsync(SqlSession session, string id, string suffix = "")
    {
        var found = await session.FirstAsync(One + suffix, Map, ("id", id));
        return found is null ? null : await WithPartsAsync(session, found);
    }

    internal static Task<List<Payout>> ListAsync(SqlSession session, OrgId org, int limit, string? after) =>
        ListAsync(session, OfOrg, ("org", org.ToString()), ("limit", (long)limit), ("after", after ?? ""));

    internal static Task<List<Payout>> ListAllAsync(SqlSession session, int limit, string? after) =>
        ListAsync(session, All, ("limit", (long)limit), ("after", after ?? ""));

    internal static async Task<List<Payout>> ListReadyAsync(SqlSession session) =>
        await ListAsync(session, Ready, ("now", await session.NowAsync()));

    internal static Task<List<Payout>> ListUnderWayAsync(SqlSession session) => ListAsync(session, UnderWay);

    internal static Task<List<Payout>> ListWaitingAsync(SqlSession session) => ListAsync(session, Waiting);

    internal static async Task<List<Payout>> ListAsync(SqlSession session, IEnumerable<string> ids)
    {
        var found = new List<Payout>();
        foreach (var id in ids)
        {
            found.AddRange(await ReadAsync(session, id) is { } payout ? [payout] : []);
        }

        return found;
    }

    /// <summary>Whether all payouts stand still.</summary>
    internal static async Task<bool> IsHaltedAsync(SqlSession session) =>
        (await session.ListAsync(Halt + " LIMIT 1", row => row.FieldCount)).Count > 0;

    /// <summary>Whether the organisation was paid there before.</summary>
    internal static async Task<bool> WasPaidAsync(SqlSession session, string org, string destination) =>
        (await session.ListAsync(Paid, row => row.FieldCount, ("org", org), ("dest", destination))).Count > 0;

    /// <summary>Whether customers deposit there: paid to ourselves it would be credited again.</summary>
    internal static async Task<bool> IsOursAsync(SqlSession session, string destination) =>
        (await session.ListAsync(Ours, row => row.FieldCount, ("dest", destination))).Count > 0;

    private static async Task<List<Payout>> ListAsync(
        SqlSession session, string sql, params (string Name, object? Value)[] parameters)
    {
        var payouts = new List<Payout>();
        foreach (var payout in await session.ListAsync(sql, Map, parameters))
        {
            payouts.Add(await WithPartsAsync(session, payout));
        }

        return payouts;
    }

    private static async Task<Payout> WithPartsAsync(SqlSession session, Payout payout) =>
        payout with { Parts = await session.ListAsync(Parts, MapPart, ("id", payout.Id)) };

    private static Task<int> InsertPartAsync(
        SqlSession session, string payout, int n, string? lot, MinerAccount? miner, long rao, long nanoUsd) =>
        session.ExecuteAsync(InsertPart,
            ("payout", payout), ("n", (long)n), ("lot", lot),
            ("netuid", miner is { } account ? (long)account.NetUid.Value : null), ("hotkey", miner?.Hotkey.Ss58),
            ("rao", rao), ("nusd", nanoUsd));

    private static PayoutPart MapPart(DbDataReader row) => new(
        row.IsDBNull(0)
            ? new MinerAccount(new(checked((ushort)row.GetInt64(1))), new(row.GetString(2))).Account
            : row.GetString(0),
        new(row.GetInt64(3)),
        new(row.GetInt64(4)));

    private static Payout Map(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = PayoutWords.KindOf(row.GetString(1)),
        Org = row.IsDBNull(2) ? null : DepositSql.Parse(row.GetString(2)),
        Destination = row.GetString(3),
        Amount = new(row.GetInt64(4)),
        Credit = new(row.GetInt64(5)),
        State = PayoutWords.StateOf(row.GetString(6)),
        RequestedBy = row.GetString(7),
        Requested = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
        NotBefore = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
        Approvers = [.. new[] { TextAt(row, 10), TextAt(row, 11) }.OfType<string>()],
        Nonce = row.IsDBNull(12) ? null : row.GetInt64(12),
        Hash = TextAt(row, 13),
        Block = TextAt(row, 14),
        Proofs = [.. new[] { TextAt(row, 15), TextAt(row, 16) }.Take(row.IsDBNull(10) ? 0 : row.IsDBNull(11) ? 1 : 2)],
        Tries = checked((int)row.GetInt64(17)),
        Extrinsic = row.IsDBNull(18) ? default : row.GetFieldValue<byte[]>(18),
        Era = TextAt(row, 19),
        Parts = [],
    };

    private static string? TextAt(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
