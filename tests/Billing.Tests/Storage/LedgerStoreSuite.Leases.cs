using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    private const long Rich = 100_000_000;
    private const long Quantum = 1_000_000;

    [Fact]
    public async Task Complaint_27_A_rich_organisation_asks_the_books_once_for_many_requests()
    {
        var payer = await Node.CreditNewAsync(Rich);
        for (var i = 0; i < 100; i++)
        {
            await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
        }

        Assert.Equal((Quantum, 0, 1), await LeaseAsync(Node, payer));
        Assert.Equal(new(new(Rich), new(3_000), new(Rich - 3_000), new(0), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task A_lease_is_renewed_when_half_of_it_is_gone_and_not_before()
    {
        var payer = await Node.CreditNewAsync(Rich);
        await Node.HoldAsync(payer, 30, 0);
        await Node.Replica.TickAsync();
        await Node.HoldAsync(payer, (Quantum / 2) - 30, 0);
        await Node.Replica.TickAsync();
        Assert.Equal((Quantum, 0, 1), await LeaseAsync(Node, payer));

        await Node.HoldAsync(payer, 100, 0);
        await Node.Replica.TickAsync();

        Assert.Equal((2 * Quantum, 0, 2), await LeaseAsync(Node, payer));
        await Node.Replica.TickAsync();
        Assert.Equal((2 * Quantum, 0, 2), await LeaseAsync(Node, payer));
    }

    [Fact]
    public async Task A_lease_that_nobody_uses_goes_back_after_the_idle_rounds()
    {
        var payer = await Node.CreditNewAsync(Rich);
        var hold = await Node.HoldAsync(payer, 10, 20);
        for (var round = 0; round < 100; round++)
        {
            await Node.Replica.TickAsync();
        }

        Assert.Equal((Quantum, 0, 1), await LeaseAsync(Node, payer));
        await Node.Replica.TickAsync();

        Assert.Equal((Quantum, Quantum - 30, 2), await LeaseAsync(Node, payer));
        await Node.SettleAsync(hold, 10, 10);
        await Node.Replica.TickAsync();
        Assert.Equal(Rich - 20, await CountAsync("SELECT available FROM org_account"));
        Assert.Equal(0, await CountAsync("SELECT leased FROM org_account"));
    }

    [Fact]
    public async Task Nearly_broke_means_exact_grants_and_everything_unused_goes_back()
    {
        var payer = await Node.CreditNewAsync(4 * Quantum);
        await Node.HoldAsync(payer, 30, 0);
        Assert.Equal(1, await CountAsync("SELECT pressure FROM org_account"));
        await Node.Replica.TickAsync();

        var hold = await Node.HoldAsync(payer, 100, 0);
        Assert.Equal(130, await CountAsync("SELECT leased FROM org_account"));
        await Node.SettleAsync(hold, 60, 0);
        await Node.Replica.TickAsync();

        Assert.Equal(30, await CountAsync("SELECT leased FROM org_account"));
        Assert.Equal(1, await CountAsync("SELECT pressure FROM org_account"));
        await Node.Ledger.CreditAsync(Some.Transfer(payer.Org, Rich), TestContext.Current.CancellationToken);
        Assert.Equal(0, await CountAsync("SELECT pressure FROM org_account"));
    }

    [Fact]
    public async Task What_another_replica_does_not_use_pays_before_anybody_is_refused()
    {
        await CrashAsync(tune: options => options with { RecallWait = TimeSpan.FromMilliseconds(300) });
        var payer = await Node.CreditNewAsync(Rich);
        var other = await Node.StartOtherAsync("other");
        await other.SettleAsync(await other.HoldAsync(payer, 10, 20), 10, 20);
        Assert.Equal((Quantum, 0, 1), await LeaseAsync(other, payer));

        var reserving = Node.ReserveAsync(payer, Node.Quote(Rich - 30, 0));
        while (!reserving.IsCompleted)
        {
            await other.Replica.BeatAsync();
            await other.Replica.TickAsync();
        }

        Assert.IsType<Reserved.Held>(await reserving);
        Assert.Equal(new(new(Rich), new(30), new(0), new(Rich - 30), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task Whoever_is_told_at_once_gives_back_at_once()
    {
        var signal = new RecordingSignal();
        await CrashAsync(tune: options => options with { RecallWait = TimeSpan.FromSeconds(20) }, signal: signal);
        var payer = await Node.CreditNewAsync(Rich);
        var other = await Node.StartOtherAsync("other");
        await other.SettleAsync(await other.HoldAsync(payer, 10, 20), 10, 20);
        signal.Heard = org => other.Ledger.RecallAsync(org);

        // The other replica makes no round and no beat: only the message can bring it back.
        var started = TimeProvider.System.GetTimestamp();
        var reserved = await Node.ReserveAsync(payer, Node.Quote(Rich - 30, 0));

        Assert.IsType<Reserved.Held>(reserved);
        Assert.Equal([payer.Org], signal.Asked);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_lost_message_costs_time_and_nothing_else()
    {
        var signal = new RecordingSignal();
        await CrashAsync(tune: options => options with { RecallWait = TimeSpan.FromMilliseconds(300) }, signal: signal);
        var payer = await Node.CreditNewAsync(Rich);
        var other = await Node.StartOtherAsync("other");
        await other.SettleAsync(await other.HoldAsync(payer, 10, 20), 10, 20);

        var reserving = Node.ReserveAsync(payer, Node.Quote(Rich - 30, 0));
        while (!reserving.IsCompleted)
        {
            await other.Replica.BeatAsync();
            await other.Replica.TickAsync();
        }

        Assert.IsType<Reserved.Held>(await reserving);
        Assert.NotEmpty(signal.Asked);
    }

    [Fact]
    public async Task A_frozen_organisation_holds_nothing_of_what_was_leased_before()
    {
        var payer = await Node.CreditNewAsync(Rich);
        var hold = await Node.HoldAsync(payer, 10, 20);
        await Node.Store.WriteAsync(
            session => AccountSql.FreezeAsync(session, payer.Org.ToString()), TestContext.Current.CancellationToken);
        await Node.SettleAsync(hold, 10, 20);
        await Node.Replica.TickAsync();

        Assert.IsType<Reserved.Frozen>(await Node.ReserveAsync(payer, Node.Quote(10, 0)));
        Assert.IsType<Reserved.Frozen>(await Node.ReserveAsync(payer, Node.Quote(10, 0)));

        await ExecuteAsync("UPDATE org_account SET frozen = 0");
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(10, 0)));
        Assert.Equal(new(30), (await Node.BalanceAsync(payer.Org)).Spent);
    }

    [Fact]
    public async Task A_broken_lease_freezes_its_organisation_and_nobody_else_waits()
    {
        var (broken, other) = (await Node.CreditNewAsync(Rich), await Node.CreditNewAsync(Rich));
        await Node.SettleAsync(await Node.HoldAsync(broken, 10, 0), 10, 0);
        await Node.SettleAsync(await Node.HoldAsync(other, 10, 0), 10, 0);
        await Node.Replica.TickAsync();
        await ExecuteAsync($"UPDATE lease SET granted = granted - 500 WHERE account = '{broken.Org}'");
        _booksAreSpoilt = true;

        for (var round = 0; round < 102; round++)
        {
            await Node.Replica.TickAsync();
        }

        await Node.Replica.BeatAsync();
        Assert.Equal((Quantum, Quantum - 10, 2), await LeaseAsync(Node, other));
        Assert.Equal(1, await CountAsync($"SELECT frozen FROM org_account WHERE org = '{broken.Org}'"));
        Assert.Equal(0, await CountAsync($"SELECT frozen FROM org_account WHERE org = '{other.Org}'"));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(50_000_000)]
    public async Task Direct_mode_and_leases_come_to_the_same_balances(long credit)
    {
        var leased = await PlayFixedAsync(credit);
        await CrashAsync(tune: options => options with { IsDirect = true });

        Assert.Equal(leased, await PlayFixedAsync(credit));

        var payer = await Node.CreditNewAsync(Rich);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 5);
        Assert.Equal((30, 0, 1), await LeaseAsync(Node, payer));
        await Node.Replica.TickAsync();
        Assert.Equal((30, 15, 2), await LeaseAsync(Node, payer));
    }

    [Fact]
    public async Task Many_threads_on_leases_lose_nothing()
    {
        var payers = new[] { await Node.CreditNewAsync(Rich), await Node.CreditNewAsync(3_000) };
        using var end = new CancellationTokenSource();
        var rounds = Task.Run(
            async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    await Node.Replica.TickAsync();
                    await Node.Replica.BeatAsync();
                }
            },
            CancellationToken.None);

        var charges = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            var charged = 0L;
            for (var i = 0; i < 100; i++)
            {
                if (await Node.ReserveAsync(payers[(thread + i) % 2], Node.Quote(10, 10, 1)) is Reserved.Held held)
                {
                    await Node.Ledger.ExtendAsync(held.Hold, 5, CancellationToken.None);
                    charged += (await Node.SettleAsync(held.Hold, 10, held.Hold.CoveredOutputTokens)).Charge.Value;
                }
            }

            return charged;
        })));
        await end.CancelAsync();
        await rounds;

        await Node.Replica.TickAsync();
        Assert.Equal(charges.Sum(), await CountAsync("SELECT CAST(sum(spent) AS bigint) FROM org_account"));
        Assert.Equal(3_000, await CountAsync("SELECT min(spent + leased + available) FROM org_account"));
        Assert.All(payers, payer => Assert.Equal(0, Node.Replica.HeldOf(payer.Org).Value));
    }

    private async Task<(long Granted, long Returned, long OpSeq)> LeaseAsync(BillingNode node, Payer payer)
    {
        var row = (await Node.Store.ReadAsync(
            session => LeaseSql.ReadAsync(session, node.Replica.Current!.Id, [payer.Org.ToString()]),
            TestContext.Current.CancellationToken))[0];
        return (row.Granted, row.Returned, row.OpSeq);
    }

    // The same acts every time; the answers are part of what is compared.
    private async Task<List<string>> PlayFixedAsync(long credit)
    {
        var payers = new[] { await Node.CreditNewAsync(credit), await Node.CreditNewAsync(credit) };
        var (random, holds, log) = (new Random(7), new List<Hold>(), new List<string>());
        for (var step = 0; step < 80; step++)
        {
            var act = random.Next(4);
            if (act < 2 && await Node.ReserveAsync(payers[random.Next(2)], Node.Quote(random.Next(60), 50, 5))
                is Reserved.Held { Hold: var hold })
            {
                holds.Add(hold);
            }
            else if (act == 2 && holds.Count > 0)
            {
                log.Add($"{await Node.Ledger.ExtendAsync(holds[^1], random.Next(50), CancellationToken.None)}");
            }
            else if (holds.Count > 0)
            {
                log.Add($"{await Node.SettleAsync(holds[0], 0, 3, (Ending)random.Next(4))}");
                holds.RemoveAt(0);
                await Node.Replica.TickAsync();
            }
        }

        foreach (var payer in payers)
        {
            log.Add($"{await Node.AppliedAsync(payer.Org)}");
        }

        return log;
    }
}
