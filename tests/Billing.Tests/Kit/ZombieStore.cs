namespace Gateway.Billing.Tests.Kit;

/// <summary>A store whose writes may arrive long after their caller was told of an outage.</summary>
internal sealed class ZombieStore(ILedgerStore inner) : ILedgerStore
{
    private Func<Task>? _late;

    /// <summary>Whether the next write is kept back.</summary>
    internal bool KeepsBack { get; set; }

    public bool IsExclusive => inner.IsExclusive;

    public bool CanWrite => inner.CanWrite;

    public Task<int> OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation, CancellationToken cancellationToken)
    {
        if (!KeepsBack)
        {
            return inner.WriteAsync(operation, cancellationToken);
        }

        KeepsBack = false;
        _late = () => inner.WriteAsync(operation, CancellationToken.None);
        throw new BillingUnavailableException("no answer");
    }

    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> query, CancellationToken cancellationToken) =>
        inner.ReadAsync(query, cancellationToken);

    /// <summary>What was kept back arrives.</summary>
    internal Task ArriveAsync() => _late!();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
