using Gateway.Billing.Tests.Kit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Storage;

public sealed class SqliteWriterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-billing-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("COMMIT", false)]
    [InlineData("ROLLBACK", false)]
    [InlineData("ROLLBACK", true)]
    public async Task An_operation_that_ends_the_transaction_under_its_group_is_told_so(string sql, bool throws)
    {
        await using var store = await OpenAsync();

        var write = store.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(sql);
                return throws ? throw new InvalidOperationException("and fails") : 0;
            },
            TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<BillingUnavailableException>(
            () => write.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal(1, await OneAsync(store));
    }

    [Fact]
    public async Task A_log_that_cannot_be_opened_to_be_flushed_refuses_everything_after_what_was_committed()
    {
        var token = TestContext.Current.CancellationToken;
        await using var store = await OpenAsync();
        var statements = new Statements(store, new TestSigner());
        Assert.True(await statements.IsReachableAsync(token));

        Assert.Equal(1, await store.WriteAsync(
            session =>
            {
                File.Delete(Path.Combine(_folder.FullName, "billing.db-wal"));
                return OneAsync(session);
            },
            token));

        await Assert.ThrowsAsync<BillingUnavailableException>(() => OneAsync(store));
        Assert.False(store.CanWrite);
        Assert.False(await statements.IsReachableAsync(token));
    }

    [Theory]
    [InlineData(3, SettleOutcome.Settled)]
    [InlineData(20, SettleOutcome.Unavailable)]
    public async Task A_settle_outwaits_a_locked_file_as_long_as_its_window(int seconds, SettleOutcome expected)
    {
        var token = TestContext.Current.CancellationToken;
        await using var node = await BillingNode.StartAsync(_folder.FullName, "");
        var payer = await node.CreditNewAsync(1_000);
        var holds = new List<Hold> { await node.HoldAsync(payer, 10, 20), await node.HoldAsync(payer, 10, 20) };
        await using var other = new SqliteConnection(
            $"Data Source={Path.Combine(_folder.FullName, "billing.db")};Pooling=False");
        await other.OpenAsync(token);
        await using var lockIt = new SqliteCommand("BEGIN IMMEDIATE", other);
        await lockIt.ExecuteNonQueryAsync(token);

        var settling = Task.WhenAll(holds.Select(hold => node.SettleAsync(hold, 10, 20)));
        var start = TimeProvider.System.GetTimestamp();
        await Task.WhenAny(settling, Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, token));
        await other.CloseAsync();

        Assert.All(await settling, settled => Assert.Equal(expected, settled.Outcome));
        var waited = TimeProvider.System.GetElapsedTime(start);
        Assert.InRange(waited, TimeSpan.FromSeconds(2), node.Options.SettleWindow + TimeSpan.FromSeconds(4));
    }

    private static async Task<long> OneAsync(SqlSession session) =>
        (await session.ListAsync("SELECT 1", row => row.GetInt64(0))).Count;

    private static Task<long> OneAsync(SqliteLedgerStore store) =>
        store.WriteAsync(OneAsync, TestContext.Current.CancellationToken);

    private async Task<SqliteLedgerStore> OpenAsync()
    {
        var store = new SqliteLedgerStore(
            _folder.FullName, Durability.Write, TimeProvider.System, NullLogger.Instance);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        return store;
    }
}
