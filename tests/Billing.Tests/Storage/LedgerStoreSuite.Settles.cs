namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Theory]
    [InlineData(Ending.Complete, 10, 20, 30)]
    [InlineData(Ending.Complete, 10, 0, 10)]
    [InlineData(Ending.Cut, 10, 7, 17)]
    [InlineData(Ending.Cut, 10, 0, 0)]
    [InlineData(Ending.ClientGone, 10, 1, 11)]
    [InlineData(Ending.ClientGone, 10, 0, 0)]
    [InlineData(Ending.Failed, 10, 20, 0)]
    [InlineData(Ending.Failed, 0, 0, 0)]
    public async Task Complaint_07_An_ending_decides_the_charge_and_the_rest_goes_back(
        Ending ending, long input, long output, long charge)
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);

        Assert.Equal(new(SettleOutcome.Settled, new(charge)), await Node.SettleAsync(hold, input, output, ending));

        Assert.Equal(
            new(new(1_000), new(charge), new(1_000 - charge), new(0), new(0)), await Node.BalanceAsync(payer.Org));
        Assert.Equal(
            new(charge), await Node.Statements.SpentByKeyAsync(payer.Key, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Complaint_24_A_request_settled_twice_is_charged_once_and_the_first_charge_stands()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);

        Assert.Equal(new(SettleOutcome.Settled, new(15)), await Node.SettleAsync(hold, 10, 5));
        Assert.Equal(new(SettleOutcome.AlreadySettled, new(15)), await Node.SettleAsync(hold, 10, 20));

        Assert.Equal(new(new(1_000), new(15), new(985), new(0), new(0)), await Node.BalanceAsync(payer.Org));
        Assert.Equal(0, Node.Replica.Current!.Holds);
    }

    [Fact]
    public async Task A_request_settled_by_many_at_once_is_charged_once()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);

        var settled = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => Node.SettleAsync(hold, 10, 20))));

        Assert.Single(settled, one => one.Outcome == SettleOutcome.Settled);
        Assert.Equal(15, settled.Count(one => one is { Outcome: SettleOutcome.AlreadySettled, Charge.Value: 30 }));
        Assert.Equal(new(30), (await Node.BalanceAsync(payer.Org)).Spent);
    }

    [Fact]
    public async Task A_settle_whose_push_loses_its_answer_is_charged_once_and_no_error()
    {
        var lossy = await LoseAnswersAsync();
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await Node.HoldAsync(payer, 10, 20);

        lossy.Lose = 2;

        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(hold, 10, 20));
        for (var lost = 2; lost > 0; lost--)
        {
            await Assert.ThrowsAsync<BillingUnavailableException>(Node.Replica.TickAsync);
            await Node.SettleAsync(await Node.HoldAsync(payer, 0, 0), 0, 0);
        }

        Assert.Equal(new(new(1_000), new(30), new(970), new(0), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task Refused_neighbours_do_not_undo_the_good_ones()
    {
        var (rich, poor, broken) =
            (await Node.CreditNewAsync(10_000), await Node.CreditNewAsync(5), await Node.CreditNewAsync(100));
        var doomed = await Node.HoldAsync(broken, 10, 10);
        await BreakAsync(broken, 15);

        var good = Enumerable.Range(0, 100).Select(_ => Task.Run(() => Node.ReserveAsync(rich, Node.Quote(10, 0))));
        var refused = Enumerable.Range(0, 100).Select(_ => Task.Run(() => Node.ReserveAsync(poor, Node.Quote(10, 0))));
        var failing = Task.Run(
            async () =>
            {
                await Node.SettleAsync(doomed, 10, 10);
                await Node.Replica.TickAsync();
            },
            CancellationToken.None);
        var answers = await Task.WhenAll(good.Concat(refused));
        await failing;

        Assert.Equal(1, await CountAsync("SELECT count(*) FROM quarantined_record"));
        Assert.Equal(100, answers.OfType<Reserved.Held>().Count());
        Assert.Equal(100, answers.OfType<Reserved.Insufficient>().Count());
        Assert.Equal(new(1_000), (await Node.BalanceAsync(rich.Org)).Held);
        await BreakAsync(broken, -15);
    }

    [Fact]
    public async Task A_settle_waits_for_the_extension_under_way()
    {
        var payer = await Node.CreditNewAsync(1_000);
        for (var round = 0; round < 20; round++)
        {
            var hold = await Node.HoldAsync(payer, 0, 20, first: 1);
            var extension = Task.Run(() => Node.Ledger.ExtendAsync(hold, 20, CancellationToken.None));
            await Node.SettleAsync(hold, 0, 0, Ending.Failed);
            await extension;
        }

        Assert.Equal(new(new(1_000), new(0), new(1_000), new(0), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task Postings_and_prices_are_never_changed()
    {
        var payer = await Node.CreditNewAsync(1_000);

        string[] changes =
        [
            "UPDATE posting SET amount = 1 WHERE ref <> @org",
            "DELETE FROM posting WHERE ref <> @org",
            "UPDATE price_version SET input = 1 WHERE model <> @org",
            "DELETE FROM price_version WHERE model <> @org",
        ];
        foreach (var change in changes)
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(() => ChangeAsync(change, payer));
            Assert.Contains("immutable", error.InnerException!.Message, StringComparison.Ordinal);
        }
    }
}
