using Gateway.Billing.Tests.Kit;
using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Billing.Tests.Cash;

/// <summary>Prices, rates, deposits, roll-ups, refunds and corrections, whatever store they lie on: one sealed child a
/// store. What a test leaves in the books must be right.</summary>
public abstract partial class CashSuite : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-cash-");
    private string _connectionString = "";
    private bool _booksAreSpoilt;

    internal ILedgerStore Store { get; private set; } = null!;

    /// <summary>The clock of SQLite's books; PostgreSQL has its own.</summary>
    internal FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await CreateDatabaseAsync();
        Store = _connectionString.Length > 0
            ? new PostgresLedgerStore(_connectionString, TimeProvider.System)
            : new SqliteLedgerStore(_folder.FullName, Durability.Write, Time, NullLogger.Instance);
        await Store.OpenAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_booksAreSpoilt)
            {
                Assert.Empty(await AuditAsync());
            }
        }
        finally
        {
            await Store.DisposeAsync();
            _folder.Delete(recursive: true);
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>An empty database's connection string; none for SQLite.</summary>
    protected abstract Task<string> CreateDatabaseAsync();

    internal async Task<long> NumberAsync(string sql) => (await Store.ReadAsync(
        session => session.ListAsync(sql, row => Convert.ToInt64(row.GetValue(0))), Token))[0];

    internal async Task<string> TextAsync(string sql) => (await Store.ReadAsync(
        session => session.ListAsync(sql, row => row.GetString(0)), Token))[0];

    internal Task<int> ExecuteAsync(string sql) =>
        Store.WriteAsync(session => session.ExecuteAsync(sql), Token);

    internal Task<long> NowAsync() => Store.ReadAsync(session => session.NowAsync(), Token);

    internal Task<Balance> BalanceAsync(OrgId org) =>
        Store.ReadAsync(session => AccountSql.ReadAsync(session, org), Token);

    internal Task<List<Violation>> AuditAsync() => Store.ReadAsync(
        async session =>
        {
            var found = new List<Violation>();
            foreach (var (invariant, sql) in CashRules.All)
            {
                found.AddRange(await session.ListAsync(
                    sql, row => new Violation(invariant, row.GetString(0), row.GetString(1))));
            }

            return found;
        },
        Token);

    /// <summary>Makes the clock go on where it can be made to.</summary>
    internal void Wait(TimeSpan span) => Time.Advance(span);
}

public sealed class SqliteCashTests : CashSuite
{
    protected override Task<string> CreateDatabaseAsync() => Task.FromResult("");
}

public sealed class PostgresCashTests(PostgresTemplate template) : CashSuite, IClassFixture<PostgresTemplate>
{
    protected override Task<string> CreateDatabaseAsync() => template.CopyAsync();
}
