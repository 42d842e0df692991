namespace Gateway.Billing;

/// <summary>Several queries on one state of the store, which may take long.</summary>
internal static class Snapshot
{
    // All of the books are read: what is long for a request is short here.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    internal static Task<T> ReadSnapshotAsync<T>(
        this ILedgerStore store, Func<SqlSession, Task<T>> query, CancellationToken cancellationToken) =>
        store.ReadAsync(
            async session =>
            {
                session.Patience = Patience;
                await session.ExecuteAsync(session.Dialect.BeginSnapshot);
                try
                {
                    return await query(session);
                }
                finally
                {
                    // The connection goes back to its pool: an open transaction must not go with it.
                    await session.ExecuteAsync("ROLLBACK");
                }
            },
            cancellationToken);
}
