namespace Gateway.Billing.Tests.Kit;

/// <summary>A store in which something else happens before a write, or between a write and its answer.</summary>
internal sealed class CrossedStore(ILedgerStore inner) : ILedgerStore
{
    private bool _isBusy;

    /// <summary>What happens then; its own writes have nothing between them.</summary>
    internal Func<Task>? AfterWrite { get; set; }

    /// <summary>What happens before each write, which it may also refuse.</summary>
    internal Func<Task>? BeforeWrite { get; set; }

    public bool IsExclusive => inner.IsExclusive;

    public bool CanWrite => inner.CanWrite;

    public Task<int> OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation, CancellationToken cancellationToken)
    {
        await (BeforeWrite?.Invoke() ?? Task.CompletedTask);
        var result = await inner.WriteAsync(operation, cancellationToken);
        if (AfterWrite is { } between && !_isBusy)
        {
            _isBusy = true;
            await between();
            _isBusy = false;
        }

        return result;
    }

    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> query, CancellationToken cancellationToken) =>
        inner.ReadAsync(query, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
