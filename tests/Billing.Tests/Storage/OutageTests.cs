using Gateway.Billing.Tests.Kit;
using Gateway.Core;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Storage;

public sealed class OutageTests
{
    [Fact]
    public async Task While_PostgreSQL_is_down_funded_organisations_go_on_and_then_all_is_applied()
    {
        var token = TestContext.Current.CancellationToken;
        var directory = Directory.CreateTempSubdirectory("gateway-billing-").FullName;
        await using var server = await PostgresServer.CreateAsync(token);
        await using var node = await BillingNode.StartAsync(
            directory, await server.CreateDatabaseAsync("outage", null, token));
        var (rich, poor) = (await node.CreditNewAsync(100_000_000), await node.CreditNewAsync(1_000));
        var (hold, poorHold) = (await node.HoldAsync(rich, 10, 20, first: 5), await node.HoldAsync(poor, 10, 20, 5));

        await server.StopAsync(token);
        Assert.IsType<Reserved.Unavailable>(await node.ReserveAsync(poor, node.Quote(1, 0)));
        Assert.False(await node.Ledger.ExtendAsync(poorHold, 20, token));
        Assert.True(await node.Ledger.ExtendAsync(hold, 20, token));
        await Assert.ThrowsAsync<BillingUnavailableException>(() => node.BalanceAsync(rich.Org));
        await Assert.ThrowsAsync<BillingUnavailableException>(
            () => node.Ledger.CreditAsync(Some.Transfer(rich.Org, 1), token));
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await node.SettleAsync(hold, 10, 20));
        Assert.Equal(new(SettleOutcome.Settled, new(15)), await node.SettleAsync(poorHold, 10, 5));
        await node.SettleAsync(await node.HoldAsync(rich, 100, 0), 100, 0);
        await server.StartAsync(token);

        var balance = await node.BalanceAsync(rich.Org);
        Assert.Equal((new NanoUsd(130), new NanoUsd(99_999_870)), (balance.Spent, balance.Available));
        Assert.Equal(new(new(1_000), new(15), new(985), new(0), new(0)), await node.BalanceAsync(poor.Org));
        await node.AssertBooksAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_restart_of_PostgreSQL_under_load_refuses_no_funded_request_and_loses_none()
    {
        var token = TestContext.Current.CancellationToken;
        var directory = Directory.CreateTempSubdirectory("gateway-billing-").FullName;
        await using var server = await PostgresServer.CreateAsync(token);
        await using var node = await BillingNode.StartAsync(
            directory, await server.CreateDatabaseAsync("load", null, token));
        var payer = await node.CreditNewAsync(1_000_000_000);
        await node.SettleAsync(await node.HoldAsync(payer, 10, 20), 10, 20);
        using var keeper = node.NewKeeper();
        await keeper.StartAsync(token);
        using var end = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SpendAsync(node, payer, end.Token))));

        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, token);
        await server.StopAsync(token);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, token);
        await server.StartAsync(token);
        await end.CancelAsync();
        var charged = 30 + (await load).Sum();
        await keeper.StopAsync(token);

        Assert.True(charged > 30 * 1_000);
        var balance = await node.BalanceAsync(payer.Org);
        Assert.Equal((charged, 0, 1_000_000_000 - charged),
            (balance.Spent.Value, balance.Held.Value, balance.Available.Value));
        await node.AssertBooksAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Complaint_28_A_lease_that_runs_out_while_the_books_are_silent_is_unavailable_not_insufficient()
    {
        var directory = Directory.CreateTempSubdirectory("gateway-billing-").FullName;
        var lossy = default(LossyStore);
        await using (var node = await BillingNode.StartAsync(directory, "", wrap: inner => lossy = new(inner)))
        {
            var payer = await node.CreditNewAsync(100_000_000);
            var hold = await node.HoldAsync(payer, 10, 20);
            lossy!.IsDown = true;

            Assert.IsType<Reserved.Held>(await node.ReserveAsync(payer, node.Quote(900_000, 0)));
            Assert.IsType<Reserved.Unavailable>(await node.ReserveAsync(payer, node.Quote(900_000, 0)));
            Assert.IsType<Reserved.Unavailable>(await node.ReserveAsync(payer, node.Quote(900_000_000, 0)));
            Assert.Equal(SettleOutcome.Settled, (await node.SettleAsync(hold, 10, 20)).Outcome);

            lossy.IsDown = false;
            Assert.IsType<Reserved.Held>(await node.ReserveAsync(payer, node.Quote(900_000, 0)));
            Assert.Equal(new(30), (await node.AppliedAsync(payer.Org)).Spent);
            await node.AssertBooksAsync();
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_process_that_has_ended_holds_and_settles_nothing()
    {
        var token = TestContext.Current.CancellationToken;
        var directory = Directory.CreateTempSubdirectory("gateway-billing-").FullName;
        var node = await BillingNode.StartAsync(directory, "");
        var payer = await node.CreditNewAsync(1_000);
        var hold = await node.HoldAsync(payer, 10, 20, first: 5);

        await node.DisposeAsync();

        Assert.IsType<Reserved.Unavailable>(await node.ReserveAsync(payer, node.Quote(1, 0)));
        Assert.False(await node.Ledger.ExtendAsync(hold, 20, token));
        Assert.Equal(new(SettleOutcome.Unavailable, NanoUsd.Zero), await node.SettleAsync(hold, 10, 5));
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task An_end_whose_store_does_not_answer_throws_nothing()
    {
        var directory = Directory.CreateTempSubdirectory("gateway-billing-").FullName;
        var lossy = default(LossyStore);
        await using (var node = await BillingNode.StartAsync(directory, "", wrap: inner => lossy = new(inner)))
        {
            lossy!.IsDown = true;
            await node.StopAsync();

            Assert.Null(node.Replica.Current);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_flush_that_failed_is_never_tried_again_and_nothing_more_is_admitted()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("gateway-billing-");
        var flushes = 0;
        await using (var store = new SqliteLedgerStore(
            folder.FullName, Durability.Write, TimeProvider.System, NullLogger.Instance)
        {
            Flush = _ =>
            {
                Interlocked.Increment(ref flushes);
                throw new IOException("the disk is gone");
            },
        })
        {
            await store.OpenAsync(token);
            await Assert.ThrowsAsync<BillingUnavailableException>(async () =>
            {
                // The first ones pass: they were confirmed before the disk was asked.
                for (var writes = 0; writes < 5_000; writes++)
                {
                    await store.WriteAsync(session => session.NowAsync(), token);
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, token);
                }
            });
        }

        Assert.Equal(1, flushes);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_says_so()
    {
        var token = TestContext.Current.CancellationToken;
        await using var postgres = new PostgresLedgerStore(
            "Host=127.0.0.1;Port=1;Username=nobody;Database=none", TimeProvider.System);
        await using var sqlite = new SqliteLedgerStore(
            "/proc/no-such-folder", Durability.Strict, TimeProvider.System, NullLogger.Instance);

        await Assert.ThrowsAsync<BillingUnavailableException>(() => postgres.OpenAsync(token));
        await Assert.ThrowsAsync<BillingUnavailableException>(() => sqlite.OpenAsync(token));
    }

    private static async Task<long> SpendAsync(BillingNode node, Payer payer, CancellationToken end)
    {
        var charged = 0L;
        while (!end.IsCancellationRequested)
        {
            charged += (await node.SettleAsync(await node.HoldAsync(payer, 10, 20), 10, 20)).Charge.Value;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }

        return charged;
    }
}
