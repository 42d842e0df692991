namespace Gateway.Billing.Tests.Kit;

/// <summary>A migrated database that each test of a class copies: 50 ms instead of a migration.</summary>
public sealed class PostgresTemplate(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly string _name = "template_" + Guid.CreateVersion7().ToString("N");
    private int _copies;

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var connection = await postgres.Server.CreateDatabaseAsync(_name, null, token);
        await using var store = new PostgresLedgerStore(connection, TimeProvider.System);
        await store.OpenAsync(token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal Task<string> CopyAsync() => postgres.Server.CreateDatabaseAsync(
        $"{_name}_{Interlocked.Increment(ref _copies)}", _name, TestContext.Current.CancellationToken);
}
