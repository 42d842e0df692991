using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>The part of a store that the price book reads.</summary>
internal sealed class PriceShelf : ILedgerStore
{
    /// <summary>How often the prices were changed.</summary>
    internal int Version { get; set; }

    public bool IsExclusive => false;

    public bool CanWrite => true;

    public Task<int> OpenAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> query, CancellationToken cancellationToken) =>
        Population.Prices(Version) is T prices
            ? Task.FromResult(prices)
            : throw new NotSupportedException("Only prices are read.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
