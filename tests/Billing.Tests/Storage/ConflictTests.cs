using System.Diagnostics.CodeAnalysis;
using Gateway.Billing.Tests.Kit;
using Gateway.Core;
using Npgsql;

namespace Gateway.Billing.Tests.Storage;

/// <summary>What PostgreSQL undoes for reasons of its own runs again, and nobody sees it.</summary>
public sealed class ConflictTests(PostgresTemplate template) : IClassFixture<PostgresTemplate>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-conflict-");
    private string _connection = "";
    private BillingNode? _node;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private BillingNode Node => _node!;

    public async ValueTask InitializeAsync()
    {
        _connection = await template.CopyAsync();
        _node = await BillingNode.StartAsync(_folder.FullName, _connection);
    }

    public async ValueTask DisposeAsync()
    {
        await Node.AssertBooksAsync();
        await Node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_push_that_is_undone_as_a_deadlock_runs_again_unseen()
    {
        var (first, last) = (await SpendAsync(), await SpendAsync());
        if (string.CompareOrdinal($"{first}", $"{last}") > 0)
        {
            (first, last) = (last, first);
        }

        await using var other = await LockAsync(last);

        // The push has the first row and waits for the last: whoever waits first is the one that is undone.
        var push = Node.Replica.TickAsync();
        await UntilWaitingAsync();
        await ExecuteAsync(other, $"SELECT 1 FROM billing.org_account WHERE org = '{first}' FOR UPDATE");
        await ExecuteAsync(other, "COMMIT");

        await push;
        Assert.Equal(1, await NumberAsync(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", atLeast: 1));
        Assert.Equal(new(30), (await Node.BalanceAsync(first)).Spent);
        Assert.Equal(new(30), (await Node.BalanceAsync(last)).Spent);
    }

    [Fact]
    public async Task A_write_that_cannot_be_serialized_runs_again_unseen()
    {
        var (payer, runs) = (await Node.CreditNewAsync(1_000), 0);

        var seen = await Node.Store.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
                var balance = await AccountSql.ReadAsync(session, payer.Org);
                if (++runs == 1)
                {
                    // Somebody else is faster, which this transaction cannot see.
                    await Node.Ledger.CreditAsync(Some.Transfer(payer.Org, 500), Token);
                }

                await AccountSql.PressAsync(session, payer.Org.ToString());
                return balance.Available;
            },
            Token);

        Assert.Equal((2, new NanoUsd(1_500)), (runs, seen));
    }

    private async Task<OrgId> SpendAsync()
    {
        var payer = await Node.CreditNewAsync(1_000_000);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
        return payer.Org;
    }

    private async Task<NpgsqlConnection> LockAsync(OrgId org)
    {
        var other = new NpgsqlConnection(_connection + ";Pooling=false");
        await other.OpenAsync(Token);
        await ExecuteAsync(other, "SET deadlock_timeout = '1min'; BEGIN");
        await ExecuteAsync(other, $"SELECT 1 FROM billing.org_account WHERE org = '{org}' FOR UPDATE");
        return other;
    }

    private async Task UntilWaitingAsync()
    {
        while (await NumberAsync("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
        }
    }

    // Statistics come some moments after what they count.
    private async Task<long> NumberAsync(string sql, long atLeast = 0)
    {
        while (true)
        {
            var number = (await Node.Store.ReadAsync(
                session => session.ListAsync(sql, row => row.GetInt64(0)), Token))[0];
            if (number >= atLeast)
            {
                return number;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "Ids of our own making.")]
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
