using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows of what is read from the chain: the cursor, halts, and what is not TAO.</summary>
internal static class ChainSql
{
    private const string Begin =
        "INSERT INTO deposit_cursor (genesis, height, hash) VALUES (@genesis, @height, @hash) ON CONFLICT DO NOTHING";

    private const string Cursor = "SELECT genesis, height, hash FROM deposit_cursor WHERE genesis = @genesis";

    private const string AnyCursor = "SELECT genesis, height, hash FROM deposit_cursor ORDER BY genesis";

    // The chain is only ever read upwards, block upon block, and not at all while it is halted.
    private const string Advance = """
        UPDATE deposit_cursor SET height = @height, hash = @hash
        WHERE genesis = @genesis AND height = @before AND hash = @parent AND NOT EXISTS (
            SELECT 1 FROM chain_halt h WHERE h.genesis = @genesis AND h.scope = 'deposits' AND h.lifted IS NULL)
        """;

    private const string InsertForeign = """
        INSERT INTO foreign_deposit
            (genesis, block_hash, event_index, height, address, sender, org, asset, amount, block_time)
        VALUES (@genesis, @hash, @index, @height, @address, @sender, @org, @asset, @amount, @time)
        ON CONFLICT (genesis, block_hash, event_index) DO NOTHING
        """;

    private const string Halt = """
        INSERT INTO chain_halt (id, genesis, scope, height, at, reason)
        VALUES (@id, @genesis, @scope, @height, @now, @reason) ON CONFLICT DO NOTHING
        """;

    private const string Open = """
        SELECT genesis, scope, height, at, reason FROM chain_halt
        WHERE genesis = @genesis AND lifted IS NULL ORDER BY scope
        """;

    private const string Lift = """
        UPDATE chain_halt SET lifted = @now, person = @person, because = @because
        WHERE genesis = @genesis AND scope = @scope AND lifted IS NULL
        """;

    private const string AllOpen = "SELECT id, genesis, scope, at, reason FROM chain_halt WHERE lifted IS NULL";

    private const string LiftOne = """
        UPDATE chain_halt SET lifted = @now, person = @person, because = @because WHERE id = @id AND lifted IS NULL
        """;

    private const string Held = """
        SELECT d.address, CAST(coalesce((SELECT sum(p.amount) FROM posting p
            WHERE p.account = 'chain/' || d.address AND p.asset = 'RAO'), 0) AS bigint)
        FROM deposit_address d ORDER BY d.n
        """;

    internal static Task<int> BeginAsync(SqlSession session, ChainCursor first) => session.ExecuteAsync(
        Begin, ("genesis", first.Genesis), ("height", first.Height), ("hash", first.Hash));

    internal static Task<ChainCursor?> CursorAsync(SqlSession session, string genesis) =>
        session.FirstAsync(Cursor, MapCursor, ("genesis", genesis));

    internal static Task<List<ChainCursor>> CursorsAsync(SqlSession session) => session.ListAsync(AnyCursor, MapCursor);

    /// <summary>False when the books are not at the block's parent, or halted.</summary>
    internal static async Task<bool> AdvanceAsync(SqlSession session, FinalizedBlock block) =>
        await session.ExecuteAsync(Advance,
            ("genesis", block.Genesis), ("height", block.Height), ("hash", block.Hash),
            ("before", block.Height - 1), ("parent", block.ParentHash)) == 1;

    internal static Task<int> AddForeignAsync(
        SqlSession session, FinalizedBlock block, BlockTransfer transfer, OrgId? org) => session.ExecuteAsync(
            InsertForeign,
            ("genesis", block.Genesis), ("hash", block.Hash), ("index", (long)transfer.EventIndex),
            ("height", block.Height), ("address", transfer.Address), ("sender", transfer.Sender),
            ("org", org?.ToString()), ("asset", transfer.Asset), ("amount", transfer.Amount.Value),
            ("time", block.Time.ToUnixTimeMilliseconds()));

    /// <summary>Halts unless it stands still already.</summary>
    internal static async Task<bool> HaltAsync(
        SqlSession session, string genesis, HaltScope scope, long height, string reason)
    {
        var now = await session.NowAsync();
        return await session.ExecuteAsync(Halt,
            ("id", RowId.Create("halt_", now)), ("genesis", genesis), ("scope", WordOf(scope)), ("height", height),
            ("now", now), ("reason", reason)) == 1;
    }

    internal static Task<List<ChainHalt>> HaltsAsync(SqlSession session, string genesis) =>
        session.ListAsync(Open, MapHalt, ("genesis", genesis));

    internal static async Task<bool> LiftAsync(
        SqlSession session, string genesis, HaltScope scope, string person, string because)
    {
        var lifted = await session.ExecuteAsync(Lift,
            ("genesis", genesis), ("scope", WordOf(scope)), ("now", await session.NowAsync()),
            ("person", Person.Of(person)), ("because", Person.Reason(because))) == 1;
        if (lifted)
        {
            await OperatorActs.AddAsync(session, person, "lift_halt", $"{WordOf(scope)} on {genesis}", because);
        }

        return lifted;
    }

    /// <summary>What stands still, on all chains.</summary>
    internal static Task<List<OpenHalt>> OpenAsync(SqlSession session) => session.ListAsync(
        AllOpen,
        row => new OpenHalt(row.GetString(0), KindOf(row.GetString(2)), row.GetString(1),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), row.GetString(4)));

    /// <summary>Lifts one halt by its id, so that none that came after it is lifted unseen.</summary>
    internal static async Task<bool> LiftAsync(SqlSession session, string id, string person, string because)
    {
        var lifted = await session.ExecuteAsync(LiftOne,
            ("id", id), ("now", await session.NowAsync()), ("person", person), ("because", because)) == 1;
        if (lifted)
        {
            await OperatorActs.AddAsync(session, person, "lift_halt", id, because);
        }

        return lifted;
    }

    /// <summary>What the books hold on each deposit address, in the order in which they were made.</summary>
    internal static Task<List<AddressHolding>> HeldAsync(SqlSession session) =>
        session.ListAsync(Held, row => new AddressHolding(row.GetString(0), new(row.GetInt64(1))));

    internal static string WordOf(HaltScope scope) => scope switch
    {
        HaltScope.Deposits => "deposits",
        HaltScope.Payouts => "payouts",
    };

    private static HaltKind KindOf(string scope) => scope == "payouts" ? HaltKind.Payouts : HaltKind.Deposits;

    private static ChainCursor MapCursor(DbDataReader row) => new(row.GetString(0), row.GetInt64(1), row.GetString(2));

    private static ChainHalt MapHalt(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1) == "payouts" ? HaltScope.Payouts : HaltScope.Deposits,
        row.GetInt64(2),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        row.GetString(4));
}
