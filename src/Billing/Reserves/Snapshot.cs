namespace Gateway.Billing;

/// <summary>Several queries on one state of the store.</summary>
internal static class Snapshot
{
    internal static Task<T> ReadSnapshotAsync<T>(
        this ILedgerStore store, Func<SqlSession, Task<T>> query, CancellationToken cancellationToken) =>
        store.ReadAsync(
            async session =>
            {
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
