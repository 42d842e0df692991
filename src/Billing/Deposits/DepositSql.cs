using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows of deposits and how one becomes a lot.</summary>
internal static class DepositSql
{
    private const string Columns = "genesis, block_hash, event_index, height, address, org, rao, block_time, state";

    private const string OfOne = "genesis = @genesis AND block_hash = @hash AND event_index = @index";

    private const string Insert = """
        INSERT INTO deposit
            (genesis, block_hash, event_index, height, address, sender, org, rao, block_time, state, anomaly)
        VALUES (@genesis, @hash, @index, @height, @address, @sender, @org, @rao, @time, @state, @anomaly)
        ON CONFLICT (genesis, block_hash, event_index) DO NOTHING
        """;

    private const string One = $"SELECT {Columns} FROM deposit WHERE {OfOne}";

    private const string SetState = $"UPDATE deposit SET state = @state WHERE {OfOne}";

    private const string Attribute =
        $"UPDATE deposit SET org = @org, anomaly = 'none', state = 'finalized' WHERE {OfOne}";

    private const string Claim = $"UPDATE deposit SET anomaly = 'none', state = 'ours' WHERE {OfOne}";

    private const string Dust = $"""
        SELECT {Columns} FROM deposit
        WHERE genesis = @genesis AND address = @address AND org = @org AND state = 'below_minimum'
        ORDER BY height, block_hash, event_index
        """;

    private const string DustSum = """
        SELECT coalesce(sum(rao), 0) FROM deposit
        WHERE genesis = @genesis AND address = @address AND org = @org AND state = 'below_minimum'
        """;

    private const string Waiting = $"""
        SELECT {Columns} FROM deposit WHERE org = @org AND state = 'awaiting_rate'
        ORDER BY block_time, height, block_hash, event_index
        """;

    private const string WaitingOrgs = "SELECT DISTINCT org FROM deposit WHERE state = 'awaiting_rate' ORDER BY org";

    private const string Credit =
        $"UPDATE deposit SET state = 'credited', rate = @rate, rate_id = @sample, lot = @lot WHERE {OfOne}";

    /// <summary>False when the transfer is known.</summary>
    internal static async Task<bool> TryInsertAsync(
        SqlSession session, DepositRow row, FinalizedTransfer transfer) => await session.ExecuteAsync(
            Insert,
            [
                .. Key(row.Id), ("height", row.Height), ("address", row.Address), ("sender", transfer.Sender),
                ("org", row.Org), ("rao", row.Rao), ("time", row.BlockTime), ("state", row.State),
                ("anomaly", WordOf(transfer.Anomaly)),
            ]) == 1;

    internal static Task<DepositRow?> ReadAsync(SqlSession session, DepositId id) =>
        session.FirstAsync(One, Map, Key(id));

    internal static Task<int> SetStateAsync(SqlSession session, DepositId id, string state) =>
        session.ExecuteAsync(SetState, [("state", state), .. Key(id)]);

    internal static Task<int> AttributeAsync(SqlSession session, DepositId id, OrgId org) =>
        session.ExecuteAsync(Attribute, [("org", org.ToString()), .. Key(id)]);

    /// <summary>A transfer is the operator's own money.</summary>
    internal static async Task ClaimAsync(SqlSession session, DepositRow row)
    {
        await session.ExecuteAsync(Claim, Key(row.Id));
        await Books.PostAsync(session, "deposit_claimed", row.Id.ToString(), DepositRule.Claimed(row));
    }

    /// <summary>What the address has sent and is not credited for want of the minimum.</summary>
    internal static async Task<long> DustAsync(SqlSession session, DepositRow row) => (await session.ListAsync(
        DustSum, sum => Convert.ToInt64(sum.GetValue(0)),
        ("genesis", row.Id.Genesis), ("address", row.Address), ("org", row.Org)))[0];

    internal static Task<List<DepositRow>> ListDustAsync(SqlSession session, DepositRow row) => session.ListAsync(
        Dust, Map, ("genesis", row.Id.Genesis), ("address", row.Address), ("org", row.Org));

    internal static Task<List<DepositRow>> ListWaitingAsync(SqlSession session, string org) =>
        session.ListAsync(Waiting, Map, ("org", org));

    internal static Task<List<string>> ListWaitingOrgsAsync(SqlSession session) =>
        session.ListAsync(WaitingOrgs, row => row.GetString(0));

    /// <summary>A deposit becomes a lot and credit. The caller holds the account's row.</summary>
    internal static async Task CreditAsync(SqlSession session, DepositRow row, DepositCredit credit)
    {
        await AccountSql.CreditAsync(session, Parse(row.Org!), new(credit.Lot.NanoUsd));
        var lot = await LotSql.OpenAsync(session, credit.Lot);
        await session.ExecuteAsync(Credit,
            [("rate", credit.Lot.Rate.PicoUsdPerRao), ("sample", credit.Sample), ("lot", lot), .. Key(row.Id)]);
        await Books.PostAsync(session, "deposit_credited", row.Id.ToString(), credit.Entries);
    }

    internal static OrgId Parse(string org) => OrgId.TryParse(org, out var id)
        ? id
        : throw new BrokenInvariantException($"'{org}' is not an organisation.");

    internal static string WordOf(DepositAnomaly anomaly) => anomaly switch
    {
        DepositAnomaly.None => "none",
        DepositAnomaly.Unattributed => "unattributed",
        DepositAnomaly.UnsupportedAsset => "unsupported_asset",
        DepositAnomaly.Drift => "drift",
        DepositAnomaly.Sanctions => "sanctions",
    };

    private static (string Name, object? Value)[] Key(DepositId id) =>
        [("genesis", id.Genesis), ("hash", id.BlockHash), ("index", (long)id.EventIndex)];

    private static DepositRow Map(DbDataReader row) => new(
        new(row.GetString(0), row.GetString(1), checked((int)row.GetInt64(2))),
        row.GetInt64(3),
        row.GetString(4),
        row.IsDBNull(5) ? null : row.GetString(5),
        row.GetInt64(6),
        row.GetInt64(7),
        row.GetString(8));
}
