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
        Assert.Equal(ReplicaState.Drained, (await Node.Books.FindAsync(dead))!.State);

        await CrashAsync();
        Assert.Equal(expected, await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task Complaint_19_Failed_commit_loses_no_spend()
    {
        // The books are down from the settle to the death of the process: the journal alone has the charge.
        var lossy = await LoseAnswersAsync();
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);
        lossy.IsDown = true;
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(hold, 10, 20));
        await Assert.ThrowsAsync<BillingUnavailableException>(Node.Replica.TickAsync);

        await CrashAsync();

        Assert.Equal(new(new(1_000), new(30), new(970), new(0), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task An_orphan_keeps_its_money_until_its_journal_is_applied()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var other = await Node.StartOtherAsync("other");
        await other.SettleAsync(await other.HoldAsync(payer, 10, 20), 10, 20);
        await other.HoldAsync(payer, 100, 0);
        other.Die();

        var swept = await Node.Books.SweepAsync(TimeSpan.Zero, TimeSpan.FromDays(1));
        Assert.Contains(other.Replica.Current!.Id, swept.Orphaned);
        await Node.Books.SweepAsync(TimeSpan.Zero, TimeSpan.FromDays(1));
        Assert.Equal(1_000 - 130, await CountAsync("SELECT available FROM org_account"));

        await Node.StartOtherAsync("other");
        Assert.Equal(new(new(1_000), new(30), new(970), new(0), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task A_journal_that_is_not_there_leaves_its_incarnation_an_orphan()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var other = await Node.StartOtherAsync("other");
        await other.SettleAsync(await other.HoldAsync(payer, 10, 20), 10, 20);
        await other.HoldAsync(payer, 100, 0);
        var first = other.Replica.Current!.Id;
        other.Die();
        var (there, away) = (Path.Combine(_directory, "other-other", "journal"), Path.Combine(_directory, "away"));
        Directory.Move(there, away);

        (await Node.StartOtherAsync("other")).Die();

        Assert.Equal(ReplicaState.Live, (await Node.Books.FindAsync(first))!.State);
        Directory.Move(Path.Combine(away, first), Path.Combine(there, first));
        await Node.StartOtherAsync("other");
        Assert.Equal(new(new(1_000), new(30), new(970), new(0), new(0)), await Node.BalanceAsync(payer.Org));
        Assert.Equal(0, await SumAsync("uncollectible"));
    }

    [Fact]
    public async Task An_orphan_that_beats_again_lives_and_is_charged_as_ever()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);
        var own = Node.Replica.Current;
        await Node.Books.SweepAsync(TimeSpan.Zero, TimeSpan.FromDays(1));
        Assert.Equal(ReplicaState.Orphaned, (await Node.Books.FindAsync(own!.Id))!.State);

        await Node.Replica.BeatAsync();

        Assert.Equal(ReplicaState.Live, (await Node.Books.FindAsync(own.Id))!.State);
        Assert.Equal(own, Node.Replica.Current);
        await Node.SettleAsync(hold, 10, 20);
        Assert.Equal(new(new(1_000), new(30), new(970), new(0), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task A_settle_after_its_replica_was_given_up_is_our_loss()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var late = await Node.HoldAsync(payer, 10, 20);
        var free = await Node.HoldAsync(payer, 10, 20);
        var closed = Node.Replica.Current;

        await ForceCloseAllAsync();
        Assert.Equal(1_000, await CountAsync("SELECT available FROM org_account"));

        // Whether the books take it is not known when the answer ends; the loss is seen in the books.
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(late, 10, 20));
        Assert.Equal(new(SettleOutcome.AlreadySettled, new(30)), await Node.SettleAsync(late, 10, 20));
        Assert.Equal(new(SettleOutcome.Settled, new(0)), await Node.SettleAsync(free, 0, 0, Ending.Failed));
        Assert.Equal(new(new(1_000), new(0), new(1_000), new(0), new(0)), await Node.AppliedAsync(payer.Org));
        Assert.Equal(30, await SumAsync("uncollectible"));
        Assert.Equal(-30, await SumAsync("writeoff"));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM usage_record WHERE settlement = 'uncollectible'"));

        var next = await Node.HoldAsync(payer, 10, 20);
        Assert.NotEqual(closed, next.Incarnation);
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(next, 10, 20));
        Assert.Equal(new(30), (await Node.AppliedAsync(payer.Org)).Spent);
    }

    [Fact]
    public async Task A_life_that_was_given_up_asks_the_books_for_nothing_while_its_last_hold_runs()
    {
        var store = await CrossWritesAsync();
        var (payer, writes) = (await Node.CreditNewAsync(Rich), 0);
        var hold = await Node.HoldAsync(payer, 10, 20);
        await ForceCloseAllAsync();
        await Node.Replica.BeatAsync();
        await Node.Replica.TickAsync();
        store.BeforeWrite = () =>
        {
            writes++;
            return Task.CompletedTask;
        };

        for (var i = 0; i < 10; i++)
        {
            await Node.Replica.TickAsync();
        }

        Assert.Equal(0, writes);
        Assert.True(hold.Incarnation.IsGivenUp);
        store.BeforeWrite = null;
        await Node.SettleAsync(hold, 0, 0, Ending.Failed);
    }

    [Fact]
    public async Task A_journal_found_after_its_replica_was_given_up_is_applied_as_our_loss()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var other = await Node.StartOtherAsync("other");
        var hold = await other.HoldAsync(payer, 10, 20);
        await other.SettleAsync(hold, 10, 20);
        other.Die();
        await ForceCloseAllAsync();
        await Node.Replica.BeatAsync();

        await Node.StartOtherAsync("other");

        Assert.Equal(new(new(1_000), new(0), new(1_000), new(0), new(0)), await Node.BalanceAsync(payer.Org));
        Assert.Equal(30, await SumAsync("uncollectible"));
        Assert.NotNull(await Node.Statements.ReceiptAsync(
            payer.Org, hold.Request, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_hold_of_a_closed_replica_is_not_extended()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 200, first: 20);
        await ForceCloseAllAsync();

        Assert.False(await Node.Ledger.ExtendAsync(hold, 50, TestContext.Current.CancellationToken));

        Assert.Equal(0, await CountAsync("SELECT leased FROM org_account"));
    }

    [Fact]
    public async Task Whoever_beats_is_not_swept_and_whoever_was_given_up_comes_back()
    {
        var payer = await Node.CreditNewAsync(1_000);
        await Node.HoldAsync(payer, 10, 20);
        var own = Node.Replica.Current;

        await Node.Replica.BeatAsync();
        var swept = await Node.Books.SweepAsync(TimeSpan.FromSeconds(60), TimeSpan.FromDays(1));
        Assert.Empty(swept.Orphaned.Concat(swept.Closed));
        Assert.Equal(own, Node.Replica.Current);

        await ForceCloseAllAsync();
        await Node.Replica.BeatAsync();
        Assert.NotEqual(own, Node.Replica.Current);
    }

    [Fact]
    public async Task A_reader_that_applies_the_journal_during_a_beat_is_no_step_back_of_the_books()
    {
        var store = await CrossWritesAsync();
        var payer = await Node.CreditNewAsync(Rich);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
        var own = Node.Replica.Current;
        store.AfterWrite = () =>
        {
            store.AfterWrite = null;
            return Node.BalanceAsync(payer.Org);
        };

        await Node.Replica.BeatAsync();

        Assert.Null(store.AfterWrite);
        Assert.False(own!.IsRetiring);
        Assert.Equal(own, Node.Replica.Current);
    }

    [Fact]
    public async Task Many_callers_of_a_closed_replica_register_one_successor()
    {
        var payer = await Node.CreditNewAsync(1_000);
        await ForceCloseAllAsync();

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
        var own = Node.Replica.Current!.Id;

        var stopping = Node.StopAsync();
        Assert.IsType<Reserved.Unavailable>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
        Assert.False(stopping.IsCompleted);
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(hold, 10, 20));
        await stopping;

        Assert.Null(Node.Replica.Current);
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM lease WHERE state <> 'closed'"));
        Assert.Equal(970, await CountAsync("SELECT available FROM org_account"));
        Assert.Equal(ReplicaState.Drained, (await Node.Books.FindAsync(own))!.State);
        Assert.IsType<JournalEntry.Shutdown>(LastRecordOf(own));
    }

    [Fact]
    public async Task An_end_with_a_hold_left_leaves_the_money_to_the_next_start()
    {
        var payer = await Node.CreditNewAsync(1_000);
        await Node.SettleAsync(await Node.HoldAsync(payer, 1, 1), 1, 1);
        var hold = await Node.HoldAsync(payer, 10, 20);

        await Node.StopAsync();

        // The journal is closed: the answer's end cannot be told, and the caller pays nothing.
        Assert.Equal(new(SettleOutcome.Unavailable, new(0)), await Node.SettleAsync(hold, 10, 20));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM lease WHERE state <> 'closed'"));
        await CrashAsync();
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM lease WHERE state <> 'closed'"));
        Assert.Equal(new(new(1_000), new(2), new(998), new(0), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task A_retired_incarnation_is_closed_when_its_last_hold_has_ended()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var known = Node.Replica.Current!;
        var running = await Node.HoldAsync(payer, 10, 20);
        known.Retire();
        await Node.Replica.BeatAsync();
        Assert.NotEqual(known, Node.Replica.Current);
        Assert.Equal(1, await LiveAsync(known));
        Assert.NotEqual(known, (await Node.HoldAsync(payer, 1, 1)).Incarnation);

        await Node.SettleAsync(running, 10, 20);
        await Node.Replica.BeatAsync();

        Assert.False(known.TryEnter());
        Assert.Equal(0, await LiveAsync(known));
        Assert.Equal(new(new(1_000), new(30), new(968), new(2), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task Grants_and_sweeps_at_once_lose_no_money()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(100_000_000);
        var work = Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            if (i % 15 == 14)
            {
                await ForceCloseAllAsync();
                return;
            }

            if (await Node.ReserveAsync(payer, Node.Quote(10, 20)) is Reserved.Held { Hold: var hold })
            {
                await Node.SettleAsync(hold, 10, 20);
            }
        }, token));

        await Task.WhenAll(work);
        await Node.Replica.TickAsync();
        await Node.Replica.BeatAsync();

        var balance = await Node.BalanceAsync(payer.Org);
        Assert.Equal(new(100_000_000), balance.Spent + balance.Available);
        Assert.Equal(new(0), balance.Held);
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM quarantined_record"));
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
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM lease WHERE state <> 'closed' AND granted > 0"));
        _booksAreSpoilt = true;
    }

    private JournalEntry LastRecordOf(string incarnation)
    {
        using var disk = new FileJournalDisk(Path.Combine(_directory, "journal", incarnation));
        using var reader = new JournalReader(disk, 1);
        var last = default(JournalEntry);
        while (reader.TryRead(out _, out var entry))
        {
            last = entry;
        }

        return last!;
    }

    private Task<long> LiveAsync(Incarnation incarnation) => CountAsync(
        $"SELECT count(*) FROM replica WHERE state = 'live' AND incarnation = '{incarnation.Id}'");

    private Task<long> SumAsync(string account) =>
        CountAsync($"SELECT CAST(coalesce(sum(amount), 0) AS bigint) FROM posting WHERE account = '{account}'");

    private async Task<long> CountAsync(string sql) => (await Node.Store.ReadAsync(
        session => session.ListAsync(sql, row => row.GetInt64(0)), TestContext.Current.CancellationToken))[0];
}
