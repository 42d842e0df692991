using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Fact]
    public async Task Parallel_requests_on_one_balance_admit_exactly_ten()
    {
        var payer = await Node.CreditNewAsync(10 * 25);
        var quote = Node.Quote(input: 5, output: 20);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(_ => Task.Run(() => Node.ReserveAsync(payer, quote))));

        Assert.Equal(10, answers.OfType<Reserved.Held>().Count());
        Assert.Equal(54, answers.OfType<Reserved.Insufficient>().Count());
        var balance = await Node.BalanceAsync(payer.Org);
        Assert.Equal(new(new(250), new(0), new(0), new(250), new(0)), balance);
    }

    [Fact]
    public async Task A_refusal_names_what_is_needed_available_and_held()
    {
        var payer = await Node.CreditNewAsync(100);
        await Node.HoldAsync(payer, 40, 20);

        var refused = await Node.ReserveAsync(payer, Node.Quote(40, 1));

        Assert.Equal(new Reserved.Insufficient(new(41), new(40), new(60)), refused);
    }

    [Fact]
    public async Task Without_credit_nothing_is_held_and_a_free_model_needs_none()
    {
        var payer = await Node.CreditNewAsync(0);

        Assert.Equal(
            new Reserved.Insufficient(new(1), new(0), new(0)), await Node.ReserveAsync(payer, Node.Quote(1, 0)));

        var free = new ModelId("free");
        var held = Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(9, 9, 9, free))).Hold;
        var bill = Node.Ledger.Price(held, Some.Delivery(new Usage(9, 0, 9, 0), model: free));
        Assert.Equal(new(SettleOutcome.Settled, new(0)), await Node.Ledger.SettleAsync(bill, Commitments.None));
    }

    [Fact]
    public async Task Extending_holds_the_difference_and_stops_where_credit_ends()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(100);
        var hold = await Node.HoldAsync(payer, input: 10, output: 200, first: 20);
        Assert.Equal((new NanoUsd(30), 20), (hold.Amount, hold.CoveredOutputTokens));

        Assert.True(await Node.Ledger.ExtendAsync(hold, 15, token));
        Assert.True(await Node.Ledger.ExtendAsync(hold, 90, token));
        Assert.Equal((new NanoUsd(100), 90), (hold.Amount, hold.CoveredOutputTokens));
        Assert.False(await Node.Ledger.ExtendAsync(hold, 91, token));
        Assert.Equal((new NanoUsd(100), 90), (hold.Amount, hold.CoveredOutputTokens));

        Assert.Equal(new(SettleOutcome.Settled, new(95)), await Node.SettleAsync(hold, 10, 85, Ending.Cut));
        Assert.Equal(new(new(100), new(95), new(5), new(0), new(0)), await Node.BalanceAsync(payer.Org));
        Assert.False(await Node.Ledger.ExtendAsync(hold, 92, token));
    }

    [Fact]
    public async Task An_extension_that_another_has_passed_takes_nothing_back()
    {
        var payer = await Node.CreditNewAsync(Rich);
        var hold = await Node.HoldAsync(payer, input: 0, output: 5_000, first: 1_024);
        var held = hold.Leases.Credit.Held;

        // Both were asked for while 1,024 were covered; the larger came first.
        Assert.True(hold.TryGrow(new(3_072), 3_072));
        Assert.True(hold.TryGrow(new(2_048), 2_048));

        Assert.Equal((new NanoUsd(3_072), 3_072), (hold.Amount, hold.CoveredOutputTokens));
        Assert.Equal(held + 2_048, hold.Leases.Credit.Held);
    }

    [Fact]
    public async Task Extending_stops_at_the_quotes_limit()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, input: 0, output: 50, first: 10);

        Assert.True(await Node.Ledger.ExtendAsync(hold, 999, TestContext.Current.CancellationToken));

        Assert.Equal((new NanoUsd(50), 50), (hold.Amount, hold.CoveredOutputTokens));
    }

    [Fact]
    public async Task A_frozen_organisation_holds_nothing_and_others_do()
    {
        var (frozen, other) = (await Node.CreditNewAsync(100), await Node.CreditNewAsync(100));
        var running = await Node.HoldAsync(frozen, 10, 0);
        await Node.Store.WriteAsync(
            session => AccountSql.FreezeAsync(session, frozen.Org.ToString()), TestContext.Current.CancellationToken);

        Assert.IsType<Reserved.Frozen>(await Node.ReserveAsync(frozen, Node.Quote(1, 0)));
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(other, Node.Quote(1, 0)));

        Assert.Equal(SettleOutcome.Settled, (await Node.SettleAsync(running, 10, 0)).Outcome);
    }

    [Fact]
    public async Task A_broken_rule_freezes_the_organisation_and_charges_nothing()
    {
        var payer = await Node.CreditNewAsync(100);
        var hold = await Node.HoldAsync(payer, 10, 10);
        await BreakAsync(payer, 15);

        // Its caller has the answer: the record is durable, the books take it apart from the others.
        Assert.Equal(new(SettleOutcome.Settled, new(20)), await Node.SettleAsync(hold, 10, 10));
        await Node.Replica.TickAsync();

        Assert.IsType<Reserved.Frozen>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM quarantined_record"));
        Assert.Equal(new(0), (await Node.BalanceAsync(payer.Org)).Spent);
        Assert.Contains(
            await Node.Audit.RunAsync(TestContext.Current.CancellationToken), found => found.Invariant == "I3");
        await BreakAsync(payer, -15);
    }

    [Fact]
    public async Task Attack_42_Amounts_at_the_end_of_64_bits_are_refused_and_never_wrap()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(long.MaxValue);
        await Assert.ThrowsAsync<OverflowException>(
            () => Node.Ledger.CreditAsync(Some.Transfer(payer.Org, 1), token));
        await Assert.ThrowsAsync<OverflowException>(() => Node.Ledger.CreditAsync(
            Some.Transfer(payer.Org, long.MaxValue) with { Rate = new(2_000) }, token));

        var hold = await Node.HoldAsync(payer, long.MaxValue, 0);
        Assert.IsType<Reserved.Insufficient>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
        Assert.Equal(SettleOutcome.Settled, (await Node.SettleAsync(hold, 0, 0, Ending.Failed)).Outcome);

        // The lease's counters only grow: what does not fit is held by the next incarnation.
        await Node.Replica.RecallAsync(payer.Org);
        Assert.Equal(new(long.MaxValue), (await Node.BalanceAsync(payer.Org)).Available);
        var again = await Node.HoldAsync(payer, long.MaxValue, 0);
        Assert.NotEqual(hold.Incarnation, again.Incarnation);
        Assert.Equal(new(SettleOutcome.Settled, new(long.MaxValue)), await Node.SettleAsync(again, long.MaxValue, 0));
        Assert.Equal(
            new(new(long.MaxValue), new(long.MaxValue), new(0), new(0), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task A_cancelled_call_holds_nothing()
    {
        var payer = await Node.CreditNewAsync(100);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Node.Ledger.ReserveAsync(
            payer, RequestId.Create(TimeProvider.System), Node.Quote(1, 0), cancelled.Token).AsTask());

        Assert.Equal(new(0), (await Node.BalanceAsync(payer.Org)).Held);
    }

    /// <summary>Takes from what is leased behind the ledger's back; a negative amount puts it back.</summary>
    private Task<int> BreakAsync(Payer payer, long amount) => ChangeAsync(
        $"UPDATE org_account SET leased = leased - ({amount}), available = available + ({amount}) WHERE org = @org",
        payer);

    private Task<int> ChangeAsync(string sql, Payer payer) => Node.Store.WriteAsync(
        session => session.ExecuteAsync(sql, ("org", payer.Org.ToString())), TestContext.Current.CancellationToken);
}
