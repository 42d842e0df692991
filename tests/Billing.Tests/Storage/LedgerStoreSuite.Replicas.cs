using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Fact]
    public async Task A_crash_gives_the_held_money_back_once_and_keeps_everything_else()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(1_000);
        var settled = await Node.HoldAsync(payer, 10, 20);
        await Node.SettleAsync(settled, 10, 20);
        await Node.HoldAsync(payer, 100, 200);
        var dead = Node.Replica.Current!.Id;

        await CrashAsync();

        var expected = new Balance(new(1_000), new(30), new(970), new(0), new(0));
        Assert.Equal(expected, await Node.BalanceAsync(payer.Org));
        Assert.NotNull(await Node.Statements.ReceiptAsync(payer.Org, settled.Request, token));
        await Node.AssertBooksAsync();

        Assert.False(await Node.Store.WriteAsync(
            session => ReplicaSql.CloseAsync(session, dead, "drained", long.MaxValue), token));
        await CrashAsync();
        Assert.Equal(expected, await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task A_settle_after_the_sweeper_closed_its_lease_is_our_loss()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(1_000);
        var late = await Node.HoldAsync(payer, 10, 20);
        var free = await Node.HoldAsync(payer, 10, 20);
        var closed = Node.Replica.Current;

        var other = await Node.StartOtherReplicaAsync();
        Assert.Equal(1, await other.SweepAsync(TimeSpan.Zero, token));
        Assert.Equal(0, await other.SweepAsync(TimeSpan.Zero, token));
        Assert.Equal(new(1_000), (await Node.BalanceAsync(payer.Org)).Available);

        Assert.Equal(new(SettleOutcome.Uncollectible, new(0)), await Node.SettleAsync(late, 10, 20));
        Assert.Equal(new(SettleOutcome.AlreadySettled, new(0)), await Node.SettleAsync(late, 10, 20));
        Assert.Equal(new(SettleOutcome.Settled, new(0)), await Node.SettleAsync(free, 0, 0, Ending.Failed));
        Assert.Equal(new(new(1_000), new(0), new(1_000), new(0), new(0)), await Node.BalanceAsync(payer.Org));
        Assert.Equal(30, await SumAsync("uncollectible"));
        Assert.Equal(-30, await SumAsync("writeoff"));

        var next = await Node.HoldAsync(payer, 10, 20);
        Assert.NotEqual(closed, next.Incarnation);
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(next, 10, 20));
    }

    [Fact]
    public async Task A_hold_of_a_closed_replica_is_not_extended()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 200, first: 20);
        await (await Node.StartOtherReplicaAsync()).SweepAsync(TimeSpan.Zero, token);

        Assert.False(await Node.Ledger.ExtendAsync(hold, 50, token));

        Assert.Equal(new(0), (await Node.BalanceAsync(payer.Org)).Held);
    }

    [Fact]
    public async Task Whoever_beats_is_not_swept_and_whoever_was_swept_comes_back()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(1_000);
        await Node.HoldAsync(payer, 10, 20);
        var own = Node.Replica.Current;
        var other = await Node.StartOtherReplicaAsync();

        await Node.Replica.BeatAsync(token);
        Assert.Equal(0, await other.SweepAsync(TimeSpan.FromSeconds(60), token));
        Assert.Equal(own, Node.Replica.Current);

        Assert.Equal(1, await other.SweepAsync(TimeSpan.Zero, token));
        await Node.Replica.BeatAsync(token);
        Assert.NotEqual(own, Node.Replica.Current);
    }

    [Fact]
    public async Task Many_callers_of_a_closed_replica_register_one_successor()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(1_000);
        await (await Node.StartOtherReplicaAsync()).SweepAsync(TimeSpan.Zero, token);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => Node.ReserveAsync(payer, Node.Quote(10, 0)))));

        Assert.Single(answers.Select(answer => Assert.IsType<Reserved.Held>(answer).Hold.Incarnation).Distinct());
        Assert.Equal(new(160), (await Node.BalanceAsync(payer.Org)).Held);
    }

    [Fact]
    public async Task A_clean_end_waits_for_the_last_settle_and_closes_the_lease()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);

        var stopping = Node.StopAsync();
        Assert.IsType<Reserved.Unavailable>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
        Assert.False(stopping.IsCompleted);
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(hold, 10, 20));
        await stopping;

        Assert.Null(Node.Replica.Current);
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM lease WHERE state <> 'closed'"));
    }

    [Fact]
    public async Task An_end_with_a_hold_left_leaves_the_lease_to_the_next_start()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);

        await Node.StopAsync();

        Assert.Equal(new(30), (await Node.BalanceAsync(payer.Org)).Held);
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(hold, 10, 20));
        await Node.StopAsync();
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM lease WHERE state <> 'closed'"));
    }

    [Fact]
    public async Task A_reservation_that_knows_a_retired_incarnation_is_held_by_its_successor()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(1_000);
        var known = Node.Replica.Current!;
        Assert.True(known.TryEnter());
        known.Suspect();
        await Node.Replica.BeatAsync(token);
        Assert.Equal(1, await LiveAsync(known));

        known.Leave();
        Assert.True(known.TryRetire());
        Assert.False(known.TryEnter());
        await Node.Replica.BeatAsync(token);

        Assert.Equal(0, await LiveAsync(known));
        var hold = await Node.HoldAsync(payer, 10, 20);
        Assert.NotEqual(known, hold.Incarnation);
        Assert.Equal(SettleOutcome.Settled, (await Node.SettleAsync(hold, 10, 20)).Outcome);
    }

    [Fact]
    public async Task Grants_and_sweeps_at_once_lose_no_money()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(100_000);
        var other = await Node.StartOtherReplicaAsync();
        var work = Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            if (i % 15 == 14)
            {
                await other.SweepAsync(TimeSpan.Zero, token);
                return;
            }

            if (await Node.ReserveAsync(payer, Node.Quote(10, 20)) is Reserved.Held { Hold: var hold })
            {
                await Node.SettleAsync(hold, 10, 20);
            }
        }, token));

        await Task.WhenAll(work);

        var balance = await Node.BalanceAsync(payer.Org);
        Assert.Equal(new(100_000), balance.Spent + balance.Available);
        Assert.Equal(new(0), balance.Held);
    }

    [Fact]
    public async Task Money_of_a_lost_answer_goes_back_when_the_holds_beside_it_have_ended()
    {
        var token = TestContext.Current.CancellationToken;
        var lossy = default(LossyStore);
        await CrashAsync(wrap: inner => lossy = new(inner));
        var payer = await Node.CreditNewAsync(1_000);
        var running = await Node.HoldAsync(payer, 10, 200, first: 20);

        lossy!.Lose = 1;
        Assert.IsType<Reserved.Unavailable>(await Node.ReserveAsync(payer, Node.Quote(100, 0)));
        lossy.Lose = 1;
        Assert.False(await Node.Ledger.ExtendAsync(running, 70, token));
        Assert.Equal(new(30 + 100 + 50), (await Node.BalanceAsync(payer.Org)).Held);

        await Node.Replica.BeatAsync(token);
        Assert.NotEqual(running.Incarnation, Node.Replica.Current);
        Assert.Equal(0, await Node.Replica.SweepAsync(TimeSpan.Zero, token));
        var next = await Node.HoldAsync(payer, 1, 1);
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(running, 10, 20));
        await Node.Replica.BeatAsync(token);

        Assert.Equal(new(new(1_000), new(30), new(968), new(2), new(0)), await Node.BalanceAsync(payer.Org));
        Assert.Equal(SettleOutcome.Settled, (await Node.SettleAsync(next, 1, 1)).Outcome);
    }

    [Fact]
    public async Task A_broken_account_is_frozen_at_the_start_and_keeps_nobody_elses_money()
    {
        var (broken, other) = (await Node.CreditNewAsync(100), await Node.CreditNewAsync(100));
        await Node.HoldAsync(broken, 10, 10);
        await Node.HoldAsync(other, 10, 10);
        await BreakAsync(broken, 15);

        await CrashAsync();

        Assert.Equal(new(100), (await Node.BalanceAsync(other.Org)).Available);
        Assert.IsType<Reserved.Frozen>(await Node.ReserveAsync(broken, Node.Quote(1, 0)));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM lease WHERE state = 'orphaned'"));
        await BreakAsync(broken, -15);
    }

    private Task<long> LiveAsync(Incarnation incarnation) => CountAsync(
        $"SELECT count(*) FROM replica WHERE state = 'live' AND incarnation = '{incarnation.Id}'");

    private Task<long> SumAsync(string account) =>
        CountAsync($"SELECT CAST(coalesce(sum(amount), 0) AS bigint) FROM posting WHERE account = '{account}'");

    private async Task<long> CountAsync(string sql) => (await Node.Store.ReadAsync(
        session => session.ListAsync(sql, row => row.GetInt64(0)), TestContext.Current.CancellationToken))[0];
}
