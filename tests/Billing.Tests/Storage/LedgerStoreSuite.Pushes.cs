using Gateway.Billing.Tests.Kit;
using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Fact]
    public async Task A_charge_is_in_the_journal_first_and_in_the_books_after_the_next_round()
    {
        var payer = await Node.CreditNewAsync(1_000);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
        Assert.Equal(0, await CountAsync("SELECT spent FROM org_account"));

        await Node.Replica.TickAsync();

        Assert.Equal(30, await CountAsync("SELECT spent FROM org_account"));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM usage_record WHERE settlement = 'settled'"));
        Assert.Equal(2, await CountAsync("SELECT count(*) FROM posting WHERE kind = 'settle'"));
    }

    [Fact]
    public async Task A_round_applies_what_was_written_when_it_began_and_ends_however_much_follows()
    {
        var store = await CrossWritesAsync();
        var (payer, journal) = (await Node.CreditNewAsync(Rich), Node.Replica.Current!.Journal);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
        var (began, writes) = (journal.WrittenSeq, 0);
        store.AfterWrite = async () =>
        {
            if (writes++ < 5)
            {
                await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
            }
        };

        await Node.Replica.TickAsync();

        Assert.Equal(began, (await Node.Books.FindAsync(Node.Replica.Current!.Id))!.Seq);
        Assert.True(journal.WrittenSeq > began);
        store.AfterWrite = null;
    }

    [Fact]
    public async Task A_run_is_posted_in_one_group_an_organisation()
    {
        var (one, two) = (await Node.CreditNewAsync(Rich), await Node.CreditNewAsync(Rich));
        for (var i = 0; i < 20; i++)
        {
            await Node.SettleAsync(await Node.HoldAsync(i % 2 == 0 ? one : two, 10, 20), 10, 20);
        }

        await Node.Replica.TickAsync();

        var own = Node.Replica.Current!.Id;
        var seq = (await Node.Books.FindAsync(own))!.Seq;
        Assert.Equal(2, await CountAsync(
            $"SELECT count(DISTINCT group_id) FROM posting WHERE group_id LIKE 'settle:{own}/{seq}/%'"));
        Assert.Equal(300, await SumAsync($"{one.Org}/spent"));
        Assert.Equal(20, await CountAsync("SELECT CAST(sum(requests) AS bigint) FROM usage_roll"));
    }

    [Fact]
    public async Task Two_pumps_of_one_journal_apply_each_record_once()
    {
        var payer = await Node.CreditNewAsync(Rich);
        var incarnation = Node.Replica.Current!.Id;
        using var disk = new FileJournalDisk(Path.Combine(_directory, "journal", incarnation));
        using var second = new Pump(Node.Books, new(disk, incarnation), "elsewhere", 0, NullLogger.Instance)
        {
            RunLimit = 3,
        };
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 10; i++)
            {
                await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
            }

            await Task.WhenAll(
                Task.Run(() => second.PushAsync(), CancellationToken.None),
                Task.Run(Node.Replica.TickAsync, CancellationToken.None));
        }

        Assert.Equal(new(1_500), (await Node.AppliedAsync(payer.Org)).Spent);
        Assert.Equal(50, await CountAsync("SELECT count(*) FROM usage_record"));
    }

    [Fact]
    public async Task A_record_that_breaks_a_rule_is_set_aside_whole_and_others_go_on()
    {
        var (broken, good) = (await Node.CreditNewAsync(Rich), await Node.CreditNewAsync(Rich));
        var hold = await Node.HoldAsync(broken, 10, 20);
        await BreakAsync(broken, Quantum);
        await Node.SettleAsync(hold, 10, 20);
        await Node.SettleAsync(await Node.HoldAsync(good, 10, 20), 10, 20);

        await Node.Replica.TickAsync();

        Assert.Equal(new(30), (await Node.BalanceAsync(good.Org)).Spent);
        Assert.Equal(new(0), (await Node.BalanceAsync(broken.Org)).Spent);
        Assert.IsType<Reserved.Frozen>(await Node.ReserveAsync(broken, Node.Quote(1, 0)));
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(good, Node.Quote(1, 0)));
        var (seq, entry) = await QuarantinedAsync();
        var record = Assert.IsType<JournalEntry.Settle>(entry).Record;
        Assert.Equal((hold.Request, new NanoUsd(30), broken.Org), (record.Request, record.Charge, record.Payer.Org));
        Assert.InRange(seq, 1, (await Node.Books.FindAsync(Node.Replica.Current!.Id))!.Seq);
        await BreakAsync(broken, -Quantum);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Complaint_22_One_row_per_request_never_two(bool isGivenUp)
    {
        var token = TestContext.Current.CancellationToken;
        var (payer, good) = (await Node.CreditNewAsync(Rich), await Node.CreditNewAsync(Rich));
        var request = RequestId.Create(TimeProvider.System);
        for (var i = 0; i < 2; i++)
        {
            var held = await Node.Ledger.ReserveAsync(payer, request, Node.Quote(10, 20), token);
            await Node.SettleAsync(Assert.IsType<Reserved.Held>(held).Hold, 10, 20);
        }

        await Node.SettleAsync(await Node.HoldAsync(good, 10, 20), 10, 20);
        if (isGivenUp)
        {
            await ForceCloseAllAsync();
        }

        await Node.Replica.TickAsync();

        // The store itself refuses the second: it is set aside, and what follows it is applied.
        var charged = isGivenUp ? 0 : 30;
        Assert.Equal(1, await CountAsync($"SELECT count(*) FROM usage_record WHERE org = '{payer.Org}'"));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM quarantined_record"));
        Assert.Equal(new(charged), (await Node.BalanceAsync(payer.Org)).Spent);
        Assert.Equal(new(charged), (await Node.BalanceAsync(good.Org)).Spent);
        Assert.IsType<Reserved.Frozen>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
    }

    [Fact]
    public async Task A_free_request_of_an_organisation_without_credit_is_recorded()
    {
        var payer = new Payer(OrgId.Create(TimeProvider.System), KeyId.Create(TimeProvider.System));
        var hold = Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(9, 9, 9, new("free")))).Hold;
        var bill = Node.Ledger.Price(hold, Some.Delivery(new Usage(9, 0, 9, 0), model: new("free")));
        await Node.Ledger.SettleAsync(bill, Commitments.None);

        Assert.NotNull(await Node.Statements.ReceiptAsync(
            payer.Org, hold.Request, TestContext.Current.CancellationToken));
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM quarantined_record"));
    }

    [Fact]
    public async Task Complaint_34_Totals_pass_int32()
    {
        var payer = await Node.CreditNewAsync(20_000_000_000_000);
        for (var i = 0; i < 3; i++)
        {
            await Node.SettleAsync(
                await Node.HoldAsync(payer, 3_000_000_000_000, 2_500_000_000), 3_000_000_000_000, 2_500_000_000);
        }

        Assert.Equal(new(9_007_500_000_000), (await Node.AppliedAsync(payer.Org)).Spent);
        Assert.Equal(9_000_000_000_000, await CountAsync("SELECT input FROM usage_roll"));
        Assert.Equal(7_500_000_000, await CountAsync("SELECT output FROM usage_roll"));
    }

    [Fact]
    public async Task Complaint_23_Cached_tokens_billed_once()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 100, 20);
        var bill = Node.Ledger.Price(hold, Some.Delivery(new Usage(100, 60, 20, 5)));

        Assert.Equal(new(120), (await Node.Ledger.SettleAsync(bill, Commitments.None)).Charge);
        Assert.Equal(new(120), (await Node.AppliedAsync(payer.Org)).Spent);
        Assert.Equal(60, await CountAsync("SELECT cached FROM usage_roll"));
    }

    [Fact]
    public async Task Max_tokens_fix_never_over_charges()
    {
        // An upstream that claims more than was asked for costs what was held at most.
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);

        Assert.Equal(new(30), (await Node.SettleAsync(hold, 10, 20_000)).Charge);
        Assert.Equal(new(new(1_000), new(30), new(970), new(0), new(0)), await Node.AppliedAsync(payer.Org));
    }

    [Fact]
    public async Task Complaint_12_13_No_dispatch_without_hold_however_rich()
    {
        var payer = await Node.CreditNewAsync(9_000_000_000_000_000);
        Assert.IsType<Reserved.Insufficient>(
            await Node.ReserveAsync(payer, Node.Quote(9_000_000_000_000_001, 0)));
        var hold = await Node.HoldAsync(payer, 1, 1);
        Assert.Equal(new(2), (await Node.BalanceAsync(payer.Org)).Held);

        // What is dispatched is covered even when the rest is gone meanwhile.
        await Node.HoldAsync(payer, 8_999_999_999_999_998, 0);
        Assert.Equal(new(SettleOutcome.Settled, new(2)), await Node.SettleAsync(hold, 1, 1));
    }

    [Fact]
    public async Task Complaint_21_Quiesced_holds_are_zero_counters_exact()
    {
        var other = await Node.StartOtherAsync("other");
        BillingNode[] nodes = [Node, other];
        var payers = new[] { await Node.CreditNewAsync(Rich), await Node.CreditNewAsync(2_000) };
        await Task.WhenAll(Enumerable.Range(0, 80).Select(i => Task.Run(async () =>
        {
            var node = nodes[i % 2];
            if (await node.ReserveAsync(payers[i / 2 % 2], node.Quote(10, 10)) is Reserved.Held held)
            {
                await node.SettleAsync(held.Hold, 10, i % 10, (Ending)(i % 4));
            }
        })));
        foreach (var node in nodes)
        {
            await node.StopAsync();
        }

        Assert.Equal(0, await CountAsync("SELECT CAST(sum(leased) AS bigint) FROM org_account"));
        Assert.Equal(0, await CountAsync("SELECT CAST(coalesce(sum(held), 0) AS bigint) FROM lease"));
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM lease WHERE consumed + returned <> granted"));
        Assert.Equal(
            await CountAsync("SELECT CAST(sum(charge) AS bigint) FROM usage_record"),
            await CountAsync("SELECT CAST(sum(spent) AS bigint) FROM org_account"));
    }

    private async Task<(long Seq, JournalEntry Entry)> QuarantinedAsync()
    {
        var bytes = (await Node.Store.ReadAsync(
            session => session.ListAsync(
                "SELECT record FROM quarantined_record", row => (byte[])row.GetValue(0)),
            TestContext.Current.CancellationToken))[0];
        var entry = JournalCodec.Decode(bytes, new TextCache(), out var seq);
        return (seq, entry);
    }
}
