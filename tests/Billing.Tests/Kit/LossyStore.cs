namespace Gateway.Billing.Tests.Kit;

/// <summary>A store whose answers get lost: the write is applied and its caller hears of an outage; or that is down.
/// </summary>
internal sealed class LossyStore(ILedgerStore inner) : ILedgerStore
{
    /// <summary>How many answers from now on are lost.</summary>
    internal int Lose { get; set; }

    /// <summary>Whether nothing gets through at all.</summary>
    internal bool IsDown { get; set; }

    public bool IsExclusive => inner.IsExclusive;

    public bool CanWrite => inner.CanWrite;

    public Task<int> OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        var result = await inner.WriteAsync(operation, cancellationToken);
        return Lose-- > 0 ? throw new BillingUnavailableException("lost") : result;
    }

    public async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> query, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return await inner.ReadAsync(query, cancellationToken);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private void ThrowIfDown()
    {
        if (IsDown)
        {
            throw new BillingUnavailableException("down");
        }
    }
}
