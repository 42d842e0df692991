namespace Gateway.Billing;

/// <summary>Where the books lie. Operations are written once, as SQL both stores take; a store says how one becomes
/// durable.</summary>
internal interface ILedgerStore : IAsyncDisposable
{
    /// <summary>Whether only one process can use this store, so that any other incarnation found in it is
    /// dead.</summary>
    public bool IsExclusive { get; }

    /// <summary>Whether writes are admitted: false before the store is open, and for good after its disk has failed,
    /// although it can be read. A store that merely does not answer is told by asking it.</summary>
    public bool CanWrite { get; }

    /// <summary>Creates or upgrades the schema and opens the store for the other members; returns its
    /// version.</summary>
    public Task<int> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Runs an operation atomically and returns when it is durable. It may run more than once, so it has no
    /// other effect than its statements. Cancellation is heard until it is queued, never afterwards: a change that may
    /// have happened is not given up.</summary>
    /// <exception cref="BillingUnavailableException">Not applied, or not known to be.</exception>
    /// <exception cref="BrokenInvariantException">A CHECK refused it; nothing of it was applied.</exception>
    public Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation, CancellationToken cancellationToken);

    /// <summary>Reads what is committed.</summary>
    /// <exception cref="BillingUnavailableException">The store did not answer.</exception>
    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> query, CancellationToken cancellationToken);
}
