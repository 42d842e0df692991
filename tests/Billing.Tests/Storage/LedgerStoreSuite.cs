using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Storage;

/// <summary>What the ledger promises, whatever store it lies on: one sealed child a store.</summary>
public abstract partial class LedgerStoreSuite : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gateway-billing-").FullName;
    private string _connectionString = "";
    private BillingNode? _node;

    internal BillingNode Node => _node!;

    /// <summary>What a commit on SQLite waits for.</summary>
    private protected virtual Durability Durability => Durability.Write;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await CreateDatabaseAsync();
        _node = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndAsync();
        }
        finally
        {
            Directory.Delete(_directory, recursive: true);
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>An empty database's connection string; none for SQLite, which is a file in the data
    /// directory.</summary>
    protected abstract Task<string> CreateDatabaseAsync();

    internal Task<BillingNode> StartAsync(
        IReceiptSigner? signer = null,
        Func<ILedgerStore, ILedgerStore>? wrap = null,
        Func<BillingOptions, BillingOptions>? tune = null,
        IRecallSignal? signal = null) =>
        BillingNode.StartAsync(_directory, _connectionString, signer, wrap, Durability, tune: tune, signal: signal);

    // Whatever a test did, the books it leaves must be right, unless spoiling them was the test.
    private async Task EndAsync()
    {
        if (_node is null)
        {
            return;
        }

        await using (_node)
        {
            if (!_booksAreSpoilt)
            {
                await _node.Replica.TickAsync();
                await _node.AssertBooksAsync();
            }
        }
    }

    /// <summary>The process dies without a word and starts again.</summary>
    private async Task CrashAsync(
        IReceiptSigner? signer = null,
        Func<ILedgerStore, ILedgerStore>? wrap = null,
        Func<BillingOptions, BillingOptions>? tune = null,
        IRecallSignal? signal = null)
    {
        await Node.DisposeAsync();
        _node = null;
        _node = await StartAsync(signer, wrap, tune, signal);
    }

    /// <summary>As a crash, with a store between that loses answers.</summary>
    private async Task<LossyStore> LoseAnswersAsync(Func<BillingOptions, BillingOptions>? tune = null)
    {
        var lossy = default(LossyStore);
        await CrashAsync(wrap: inner => lossy = new(inner), tune: tune);
        return lossy!;
    }

    /// <summary>As a crash, with a store between in which something happens before an answer.</summary>
    private async Task<CrossedStore> CrossWritesAsync()
    {
        var crossed = default(CrossedStore);
        await CrashAsync(wrap: inner => crossed = new(inner));
        return crossed!;
    }

    /// <summary>Whoever is not heard of from now on has lost its money: every replica there is.</summary>
    private async Task ForceCloseAllAsync()
    {
        await Node.Books.SweepAsync(TimeSpan.Zero, TimeSpan.FromDays(1));
        await Node.Books.SweepAsync(TimeSpan.Zero, TimeSpan.Zero);
    }

    private Task<int> ExecuteAsync(string sql) => Node.Store.WriteAsync(
        session => session.ExecuteAsync(sql), TestContext.Current.CancellationToken);
}

public sealed class SqliteLedgerStoreTests : LedgerStoreSuite
{
    protected override Task<string> CreateDatabaseAsync() => Task.FromResult("");
}

public sealed class StrictSqliteLedgerStoreTests : LedgerStoreSuite
{
    private protected override Durability Durability => Durability.Strict;

    protected override Task<string> CreateDatabaseAsync() => Task.FromResult("");
}

public sealed class PostgresLedgerStoreTests(PostgresTemplate template)
    : LedgerStoreSuite, IClassFixture<PostgresTemplate>
{
    protected override Task<string> CreateDatabaseAsync() => template.CopyAsync();
}
