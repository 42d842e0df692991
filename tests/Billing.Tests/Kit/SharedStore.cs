namespace Gateway.Billing.Tests.Kit;

/// <summary>A store that several replicas use, whatever it says of itself: SQLite would take the others for
/// dead.</summary>
internal sealed class SharedStore(ILedgerStore inner) : ILedgerStore
{
    public bool IsExclusive => false;

    public bool CanWrite => inner.CanWrite;

    public Task<int> OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation, CancellationToken cancellationToken) =>
        inner.WriteAsync(operation, cancellationToken);

    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> query, CancellationToken cancellationToken) =>
        inner.ReadAsync(query, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
