using Gateway.Billing.Tests.Kit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

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
        var options = new BillingOptions { DataDirectory = _folder.FullName };
        using var replica = new Replica(
            new SqlBooks(store), null!, options, TimeProvider.System, NullLogger<Replica>.Instance);
        var statements = new Statements(store, replica, new TestSigner());
        Assert.True(await statements.IsReachableAsync(token));

        await Assert.ThrowsAsync<BillingUnavailableException>(() => store.WriteAsync(
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

    [Fact]
    public async Task An_act_of_money_waits_for_the_disk_and_what_a_journal_says_again_does_not()
    {
        using var disk = new ManualResetEventSlim();
        await using var store = await OpenAsync(_ => disk.Wait());
        var books = new SqlBooks(store);
        var register = books.RegisterAsync("i", "node");
        try
        {
            await books.BeatAsync("i", new Dictionary<string, long>());
            Assert.False(register.IsCompleted);
            Assert.NotNull(await books.FindAsync("i"));
        }
        finally
        {
            disk.Set();
        }

        await register.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_act_of_money_that_the_disk_refused_is_not_known_to_be_done()
    {
        await using var store = await OpenAsync(_ => throw new IOException("the disk is gone"));
        var acts = Enumerable.Range(0, 20).Select(_ => OneAsync(store)).ToArray();

        foreach (var act in acts)
        {
            await Assert.ThrowsAsync<BillingUnavailableException>(
                () => act.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task While_the_file_is_locked_requests_end_and_funded_ones_begin()
    {
        var token = TestContext.Current.CancellationToken;
        await using var node = await BillingNode.StartAsync(_folder.FullName, "");
        var (rich, poor) = (await node.CreditNewAsync(100_000_000), await node.CreditNewAsync(30));
        var hold = await node.HoldAsync(rich, 10, 20);
        await using var other = new SqliteConnection(
            $"Data Source={Path.Combine(_folder.FullName, "billing.db")};Pooling=False");
        await other.OpenAsync(token);
        await using var lockIt = new SqliteCommand("BEGIN IMMEDIATE", other);
        await lockIt.ExecuteNonQueryAsync(token);

        Assert.Equal(SettleOutcome.Settled, (await node.SettleAsync(hold, 10, 20)).Outcome);
        var next = await node.HoldAsync(rich, 10, 20);
        Assert.IsType<Reserved.Unavailable>(await node.ReserveAsync(poor, node.Quote(30, 0)));
        await Assert.ThrowsAsync<BillingUnavailableException>(node.Replica.TickAsync);
        await other.CloseAsync();

        Assert.IsType<Reserved.Held>(await node.ReserveAsync(poor, node.Quote(30, 0)));
        Assert.Equal(SettleOutcome.Settled, (await node.SettleAsync(next, 10, 20)).Outcome);
        Assert.Equal(new(60), (await node.AppliedAsync(rich.Org)).Spent);
        await node.AssertBooksAsync();
    }

    private static async Task<long> OneAsync(SqlSession session) =>
        (await session.ListAsync("SELECT 1", row => row.GetInt64(0))).Count;

    private static Task<long> OneAsync(SqliteLedgerStore store) =>
        store.WriteAsync(OneAsync, TestContext.Current.CancellationToken);

    private async Task<SqliteLedgerStore> OpenAsync(Action<SafeFileHandle>? flush = null)
    {
        var store = new SqliteLedgerStore(
            _folder.FullName, Durability.Write, TimeProvider.System, NullLogger.Instance)
        {
            Flush = flush ?? RandomAccess.FlushToDisk,
        };
        await store.OpenAsync(TestContext.Current.CancellationToken);
        return store;
    }
}
