namespace Gateway.Billing;

/// <summary>Incarnations of replicas and the closing of their leases.</summary>
internal static class ReplicaSql
{
    private const string Insert =
        "INSERT INTO replica (incarnation, node, state, seen) VALUES (@incarnation, @node, 'live', @now)";

    private const string Beat =
        "UPDATE replica SET beat = beat + 1, seen = @now WHERE incarnation = @incarnation AND state = 'live'";

    private const string LiveOfNode =
        "SELECT incarnation FROM replica WHERE state = 'live' AND (node = @node OR @all = 1) ORDER BY incarnation";

    private const string Unseen =
        "SELECT incarnation FROM replica WHERE state = 'live' AND seen <= @before ORDER BY incarnation";

    private const string LockLive =
        "SELECT seen FROM replica WHERE incarnation = @incarnation AND state = 'live' AND seen <= @before";

    private const string Close = "UPDATE replica SET state = @state WHERE incarnation = @incarnation";

    private const string OpenLeases = """
        SELECT account, granted - consumed - returned FROM lease
        WHERE incarnation = @incarnation AND state <> 'closed' ORDER BY account
        """;

    private const string GiveBack = """
        UPDATE org_account SET available = available + @rest, leased = leased - @rest
        WHERE org = @account AND leased >= @rest
        """;

    private const string CloseLease = """
        UPDATE lease SET returned = returned + @rest, op_seq = op_seq + 1, state = 'closed'
        WHERE incarnation = @incarnation AND account = @account
        """;

    private const string OrphanLease =
        "UPDATE lease SET state = 'orphaned' WHERE incarnation = @incarnation AND account = @account";

    internal static async Task<int> RegisterAsync(SqlSession session, string incarnation, string node) =>
        await session.ExecuteAsync(
            Insert, ("incarnation", incarnation), ("node", node), ("now", await session.NowAsync()));

    /// <summary>False when the incarnation has been closed.</summary>
    internal static async Task<bool> BeatAsync(SqlSession session, string incarnation) =>
        await session.ExecuteAsync(Beat, ("now", await session.NowAsync()), ("incarnation", incarnation)) == 1;

    /// <summary>Live incarnations of this node, or of every node where the store belongs to one process.</summary>
    internal static Task<List<string>> PredecessorsAsync(SqlSession session, string node, bool all) =>
        session.ListAsync(LiveOfNode, row => row.GetString(0), ("node", node), ("all", all ? 1L : 0L));

    /// <summary>Live incarnations that were last seen at or before a moment of the store's clock.</summary>
    internal static Task<List<string>> UnseenAsync(SqlSession session, long before) =>
        session.ListAsync(Unseen, row => row.GetString(0), ("before", before));

    /// <summary>Closes a live incarnation last seen at or before <paramref name="before"/>: what its leases still hold
    /// goes back to the organisations. False when it is closed already or has been seen since.</summary>
    internal static async Task<bool> CloseAsync(SqlSession session, string incarnation, string state, long before)
    {
        var found = await session.ListAsync(LockLive + session.Dialect.LockRow, row => row.FieldCount,
            ("incarnation", incarnation), ("before", before));
        if (found.Count == 0)
        {
            return false;
        }

        await session.ExecuteAsync(Close, ("state", state), ("incarnation", incarnation));
        var leases = await session.ListAsync(
            OpenLeases, row => (Account: row.GetString(0), Amount: row.GetInt64(1)), ("incarnation", incarnation));
        foreach (var (account, rest) in leases)
        {
            await CloseLeaseAsync(session, incarnation, account, rest);
        }

        return true;
    }

    // An account that owes its leases more than it has is broken: it is frozen and its lease kept as it is for whoever
    // looks, so that it does not keep everybody else's money.
    private static async Task CloseLeaseAsync(SqlSession session, string incarnation, string account, long rest)
    {
        if (await session.ExecuteAsync(GiveBack, ("rest", rest), ("account", account)) == 1)
        {
            await session.ExecuteAsync(CloseLease, ("rest", rest), ("incarnation", incarnation), ("account", account));
            return;
        }

        await session.ExecuteAsync(AccountSql.FreezeOne, ("org", account));
        await session.ExecuteAsync(OrphanLease, ("incarnation", incarnation), ("account", account));
    }
}
