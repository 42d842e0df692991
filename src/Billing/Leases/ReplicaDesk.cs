using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A run of a process, as the books know it.</summary>
/// <param name="Incarnation">Its name.</param>
/// <param name="Node">The data directory it ran on.</param>
/// <param name="State"><c>live</c>, <c>orphaned</c>, <c>drained</c> or <c>force_closed</c>.</param>
/// <param name="Applied">The number of the last record of its journal in the books.</param>
/// <param name="Seen">When it was last heard of, by the store's clock.</param>
/// <param name="Leases">How many organisations' credit it has leased.</param>
/// <param name="Leased">How much credit that is.</param>
public sealed record ReplicaLine(
    string Incarnation, string Node, string State, long Applied, DateTimeOffset Seen, long Leases, NanoUsd Leased);

/// <summary>What the books know of the processes that use them.</summary>
public sealed class ReplicaDesk
{
    private const string Lines = """
        SELECT r.incarnation, r.node, r.state, r.seq, r.seen,
            (SELECT count(*) FROM lease l
                WHERE l.incarnation = r.incarnation AND l.account = l.org AND l.state <> 'closed'),
            CAST(coalesce((SELECT sum(l.granted - l.consumed - l.returned) FROM lease l
                WHERE l.incarnation = r.incarnation AND l.account = l.org AND l.state <> 'closed'), 0) AS bigint)
        FROM replica r ORDER BY CASE WHEN r.state IN ('live', 'orphaned') THEN 0 ELSE 1 END, r.seen DESC, r.incarnation
        LIMIT @limit
        """;

    private readonly ILedgerStore _store;

    internal ReplicaDesk(ILedgerStore store) => _store = store;

    /// <summary>Runs of processes, those that live first, then the newest.</summary>
    /// <param name="limit">At most that many, above zero.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BillingUnavailableException">The books cannot be reached.</exception>
    public async Task<IReadOnlyList<ReplicaLine>> ListAsync(int limit, CancellationToken cancellationToken) =>
        await _store.ReadAsync(
            session => session.ListAsync(
                Lines,
                row => new ReplicaLine(
                    row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3),
                    DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), row.GetInt64(5), new(row.GetInt64(6))),
                ("limit", (long)limit)),
            cancellationToken);
}
