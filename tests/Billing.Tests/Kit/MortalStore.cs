namespace Gateway.Billing.Tests.Kit;

/// <summary>A store as a process sees it that is killed at a given step: before a write is made or right after it, from
/// where on it sees nothing any more.</summary>
internal sealed class MortalStore(ILedgerStore inner, int lastStep) : ILedgerStore
{
    private int _steps;

    /// <summary>Whether the process would be dead by now.</summary>
    internal bool IsDead => Volatile.Read(ref _steps) > lastStep;

    public bool IsExclusive => inner.IsExclusive;

    public bool CanWrite => inner.CanWrite;

    public Task<int> OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation, CancellationToken cancellationToken)
    {
        Step();
        var result = await inner.WriteAsync(operation, cancellationToken);
        Step();
        return result;
    }

    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> query, CancellationToken cancellationToken) =>
        IsDead ? throw Death() : inner.ReadAsync(query, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private void Step()
    {
        if (Interlocked.Increment(ref _steps) > lastStep)
        {
            throw Death();
        }
    }

    private BillingUnavailableException Death() => new($"killed at step {lastStep}");
}
