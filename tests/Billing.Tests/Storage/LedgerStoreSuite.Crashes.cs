using System.Globalization;
using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    private const int StepLimit = 200;

    [Fact]
    public async Task Killed_between_any_two_steps_nothing_is_lost_and_nobody_is_charged_too_much()
    {
        for (var step = 0; ; step++)
        {
            Assert.True(step < StepLimit, "the scenario never ends");
            var (payer, mortal) = (await Node.CreditNewAsync(Rich), default(MortalStore));
            var kill = step;
            var victim = await TryStartAsync($"victim-{step}", inner => mortal = new(inner, kill));
            var (charged, answered) = victim is null ? (0, true) : await LiveAsync(victim, payer);
            var isOver = !mortal!.IsDead;
            victim?.Die();

            await Node.StartOtherAsync($"victim-{step}");

            // Every settle was confirmed by the journal, whatever had become of the books.
            Assert.True(answered);
            Assert.Equal(
                new(new(Rich), new(charged), new(Rich - charged), new(0), new(0)),
                await Node.BalanceAsync(payer.Org));
            if (isOver)
            {
                Assert.True(step > 10);
                return;
            }
        }
    }

    [Fact]
    public async Task A_recovery_that_dies_at_any_step_is_finished_by_the_next()
    {
        for (var step = 0; ; step++)
        {
            Assert.True(step < StepLimit, "the recovery never ends");
            var payer = await Node.CreditNewAsync(Rich);
            var victim = await Node.StartOtherAsync($"again-{step}");
            var (charged, _) = await LiveAsync(victim, payer, ends: false);
            victim.Die();

            var deaths = 0;
            foreach (var kill in (int[])[step, step / 2, step + 1])
            {
                var mortal = default(MortalStore);
                var next = await TryStartAsync($"again-{step}", inner => mortal = new(inner, kill));
                deaths += mortal!.IsDead ? 1 : 0;
                next?.Die();
            }

            await Node.StartOtherAsync($"again-{step}");
            Assert.Equal(
                new(new(Rich), new(charged), new(Rich - charged), new(0), new(0)),
                await Node.BalanceAsync(payer.Org));
            if (deaths == 0)
            {
                return;
            }
        }
    }

    [Fact]
    public async Task Books_that_went_back_in_time_are_brought_forward_by_the_journal()
    {
        var payer = await Node.CreditNewAsync(Rich);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 0), 10, 0);
        await Node.Replica.TickAsync();
        await SnapshotAsync();
        await SpendAsync(payer, 30);
        var running = await Node.HoldAsync(payer, 5, 0);

        await RestoreAsync();
        await Node.Replica.BeatAsync();
        await Node.SettleAsync(running, 5, 0);
        await Node.Replica.TickAsync();
        await Node.Replica.BeatAsync();

        Assert.Equal(new(new(Rich), new(105), new(Rich - 105), new(0), new(0)), await Node.AppliedAsync(payer.Org));
        Assert.Equal(0, await SumAsync("uncollectible"));
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
    }

    [Fact]
    public async Task Books_that_lose_the_last_push_of_a_life_let_it_close_all_the_same()
    {
        var store = await CrossWritesAsync();
        var payer = await Node.CreditNewAsync(Rich);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 0), 10, 0);
        await Node.Replica.TickAsync();
        var own = Node.Replica.Current!;
        var seq = (await Node.Books.FindAsync(own.Id))!.Seq;
        own.Retire();
        await SnapshotAsync();
        store.AfterWrite = async () =>
        {
            if ((await Node.Books.FindAsync(own.Id))!.Seq > seq)
            {
                store.AfterWrite = null;
                await RestoreAsync();
            }
        };

        for (var i = 0; i < 4; i++)
        {
            await Node.Replica.BeatAsync();
        }

        Assert.Null(store.AfterWrite);
        Assert.Equal(ReplicaState.Drained, (await Node.Books.FindAsync(own.Id))!.State);
        Assert.Equal(new(new(Rich), new(10), new(Rich - 10), new(0), new(0)), await Node.AppliedAsync(payer.Org));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Spending_that_books_of_the_past_do_not_cover_is_our_loss_and_freezes_nobody(bool isRestarted)
    {
        var payer = await Node.CreditNewAsync(100);
        await SpendAsync(payer, 20);
        await SnapshotAsync();
        var later = Some.Transfer(payer.Org, Rich);
        await Node.Ledger.CreditAsync(later, TestContext.Current.CancellationToken);
        await SpendAsync(payer, 300);

        await RestoreAsync();
        if (isRestarted)
        {
            await CrashAsync();
        }

        await Node.Replica.BeatAsync();
        await Node.Replica.TickAsync();
        await Node.Replica.BeatAsync();

        // The chain has the deposit still; it is found again.
        var balance = await Node.AppliedAsync(payer.Org);
        Assert.InRange(balance.Spent.Value, 60, 100);
        Assert.Equal(100 - balance.Spent.Value, balance.Available.Value);
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM quarantined_record"));
        Assert.True(await SumAsync("uncollectible") >= 860);
        await Node.Ledger.CreditAsync(later, TestContext.Current.CancellationToken);
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(1_000, 0)));
        await Node.AssertBooksAsync();
    }

    [Fact]
    public async Task Books_that_have_lost_a_replica_altogether_learn_of_it_again()
    {
        var payer = await Node.CreditNewAsync(Rich);
        var other = default(BillingNode);
        await SnapshotAsync();
        other = await Node.StartOtherAsync("other");
        await other.SettleAsync(await other.HoldAsync(payer, 10, 20), 10, 20);
        await other.Replica.TickAsync();

        await RestoreAsync();
        await other.Replica.BeatAsync();
        await other.Replica.BeatAsync();

        Assert.Equal(new(new(Rich), new(30), new(Rich - 30), new(0), new(0)), await Node.BalanceAsync(payer.Org));
        Assert.IsType<Reserved.Held>(await other.ReserveAsync(payer, other.Quote(1, 0)));
    }

    [Fact]
    public async Task Books_that_went_back_before_this_process_began_get_what_its_forerunner_had()
    {
        var payer = await Node.CreditNewAsync(Rich);
        var first = await Node.StartOtherAsync("other");
        await first.Replica.TickAsync();
        await SnapshotAsync();
        await first.SettleAsync(await first.HoldAsync(payer, 10, 20), 10, 20);
        first.Die();
        var second = await Node.StartOtherAsync("other");
        await second.SettleAsync(await second.HoldAsync(payer, 0, 7), 0, 7);
        await second.Replica.TickAsync();

        await RestoreAsync();
        await second.Replica.BeatAsync();
        await second.Replica.BeatAsync();

        Assert.Equal(new(new(Rich), new(37), new(Rich - 37), new(0), new(0)), await Node.BalanceAsync(payer.Org));
        Assert.Equal(ReplicaState.Drained, (await Node.Books.FindAsync(first.Replica.Current!.Id))!.State);
    }

    [Fact]
    public async Task A_damaged_journal_refuses_the_start_and_says_where()
    {
        var payer = await Node.CreditNewAsync(Rich);
        var other = await Node.StartOtherAsync("other");
        for (var i = 0; i < 50; i++)
        {
            await other.SettleAsync(await other.HoldAsync(payer, 10, 20), 10, 20);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }

        other.Die();
        var folder = Path.Combine(_directory, "other-other", "journal");
        var segment = Directory.EnumerateFiles(Path.Combine(folder, other.Replica.Current!.Id)).Order().First();
        var image = await File.ReadAllBytesAsync(segment, CancellationToken.None);
        var spoilt = image.ToArray();
        spoilt[4096 + 300] ^= 0x10;
        await File.WriteAllBytesAsync(segment, spoilt, CancellationToken.None);

        var error = await Assert.ThrowsAsync<JournalDamagedException>(() => Node.StartOtherAsync("other"));

        Node.DieOther();
        Assert.Contains(Path.GetFileName(segment), error.Message, StringComparison.Ordinal);
        Assert.Matches("[0-9]+.*[0-9]+", error.Message);

        // As it was, it is applied: nothing was lost but the start.
        await File.WriteAllBytesAsync(segment, image, CancellationToken.None);
        await Node.StartOtherAsync("other");
        Assert.Equal(new(1_500), (await Node.BalanceAsync(payer.Org)).Spent);
    }

    [Fact]
    public async Task A_second_process_on_one_journal_folder_is_refused_with_its_name()
    {
        await Node.StartOtherAsync("other");

        var error = await Assert.ThrowsAsync<BillingUnavailableException>(() => Node.StartOtherAsync("other"));

        Assert.Contains(Path.Combine("other-other", "journal"), error.Message, StringComparison.Ordinal);
        Assert.Contains("in use by another process", error.Message, StringComparison.Ordinal);
    }

    private async Task<BillingNode?> TryStartAsync(string name, Func<ILedgerStore, ILedgerStore> wrap)
    {
        try
        {
            return await Node.StartOtherAsync(name, wrap);
        }
        catch (BillingUnavailableException)
        {
            Node.DieOther();
            return null;
        }
    }

    // A life with everything in it: holds, extensions, endings of each kind, rounds, a return, an end.
    private static async Task<(long Charged, bool Answered)> LiveAsync(BillingNode node, Payer payer, bool ends = true)
    {
        var (charged, answered) = (0L, true);
        for (var i = 0; i < 4; i++)
        {
            if (await node.ReserveAsync(payer, node.Quote(10, 50, 20)) is Reserved.Held { Hold: var hold })
            {
                await node.Ledger.ExtendAsync(hold, 40, CancellationToken.None);
                var settled = await node.SettleAsync(hold, 10, 15, (Ending)i);
                answered &= settled.Outcome == SettleOutcome.Settled;
                charged += settled.Charge.Value;
            }

            await TryAsync(node.Replica.TickAsync);
            await TryAsync(node.Replica.BeatAsync);
        }

        await TryAsync(() => node.Replica.RecallAsync(payer.Org));
        await node.ReserveAsync(payer, node.Quote(10, 50, 20));
        if (ends)
        {
            node.Replica.Current?.Retire();
            await TryAsync(node.Replica.BeatAsync);
        }

        return (charged, answered);
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (BillingUnavailableException)
        {
            // It is dead, or as good as dead.
        }
    }

    private async Task SpendAsync(Payer payer, long each)
    {
        for (var i = 0; i < 3; i++)
        {
            await Node.SettleAsync(await Node.HoldAsync(payer, each, 0), each, 0);
            await Node.Replica.TickAsync();
        }
    }

    private static readonly string[] Tables =
    [
        "org_account", "replica", "lot", "deposit", "budget", "lease", "posting", "usage_record", "usage_line",
        "usage_roll", "miner_accrual", "quarantined_record",
    ];

    private Task<int> SnapshotAsync() => Node.Store.WriteAsync(
        async session =>
        {
            foreach (var table in Tables)
            {
                await session.ExecuteAsync($"CREATE TABLE past_{table} AS SELECT * FROM {table}");
            }

            return 0;
        },
        CancellationToken.None);

    // As a backup put back under the running replicas.
    private Task<int> RestoreAsync() => Node.Store.WriteAsync(
        async session =>
        {
            var isSqlite = session.Dialect == SqlDialect.Sqlite;
            await session.ExecuteAsync(isSqlite
                ? "DROP TRIGGER posting_is_permanent"
                : $"TRUNCATE {string.Join(", ", Tables)} CASCADE");
            foreach (var table in isSqlite ? Tables.Reverse() : [])
            {
                await session.ExecuteAsync($"DELETE FROM {table}");
            }

            foreach (var table in Tables)
            {
                await session.ExecuteAsync(string.Create(
                    CultureInfo.InvariantCulture, $"INSERT INTO {table} SELECT * FROM past_{table}"));
            }

            return 0;
        },
        CancellationToken.None);
}
