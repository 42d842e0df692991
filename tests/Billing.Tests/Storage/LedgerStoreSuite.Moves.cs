using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Theory]
    [InlineData(1_000)]
    [InlineData(Rich)]
    public async Task A_lost_answer_to_a_grant_is_made_good_by_the_next(long credit)
    {
        var lossy = await LoseAnswersAsync();
        var payer = await Node.CreditNewAsync(credit);
        lossy.Lose = 1;
        Assert.IsType<Reserved.Unavailable>(await Node.ReserveAsync(payer, Node.Quote(700, 0)));

        // Were the lost grant not known, the books would have too little for the second one of the poor.
        var hold = await Node.HoldAsync(payer, 600, 0);

        Assert.Equal(new(new(credit), new(0), new(credit - 600), new(600), new(0)), await Node.AppliedAsync(payer.Org));
        await Node.SettleAsync(hold, 600, 0);
        Assert.Equal(new(600), (await Node.AppliedAsync(payer.Org)).Spent);
    }

    [Fact]
    public async Task A_lost_answer_to_an_extension_is_made_good_by_the_next()
    {
        var token = TestContext.Current.CancellationToken;
        var lossy = await LoseAnswersAsync();
        var payer = await Node.CreditNewAsync(100);
        var hold = await Node.HoldAsync(payer, 10, 200, first: 20);
        lossy.Lose = 1;
        Assert.False(await Node.Ledger.ExtendAsync(hold, 70, token));

        Assert.True(await Node.Ledger.ExtendAsync(hold, 90, token));

        Assert.Equal(new(new(100), new(0), new(0), new(100), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task A_lost_answer_to_a_return_gives_back_once()
    {
        var lossy = await LoseAnswersAsync();
        var payer = await Node.CreditNewAsync(Rich);
        var hold = await Node.HoldAsync(payer, 30, 0);
        await Node.Replica.FlushAsync();
        lossy.Lose = 1;
        await Assert.ThrowsAsync<BillingUnavailableException>(() => Node.Replica.RecallAsync(payer.Org));

        var next = await Node.HoldAsync(payer, 50, 0);

        Assert.Equal((2 * Quantum, Quantum - 30, 3), await LeaseAsync(Node, payer));
        await Node.SettleAsync(hold, 30, 0);
        await Node.SettleAsync(next, 50, 0);
        await Node.Replica.TickAsync();
        await Node.Replica.RecallAsync(payer.Org);
        Assert.Equal(Rich - 80, await CountAsync("SELECT available FROM org_account"));
    }

    [Fact]
    public async Task A_return_that_never_arrived_is_free_again()
    {
        var lossy = await LoseAnswersAsync();
        var payer = await Node.CreditNewAsync(Rich);
        await Node.HoldAsync(payer, 30, 0);
        lossy.IsDown = true;
        await Assert.ThrowsAsync<BillingUnavailableException>(() => Node.Replica.RecallAsync(payer.Org));
        lossy.IsDown = false;

        await Node.HoldAsync(payer, 50, 0);
        await Node.Replica.RecallAsync(payer.Org);

        Assert.Equal(Rich - 80, await CountAsync("SELECT available FROM org_account"));
    }

    [Fact]
    public async Task A_grant_that_arrives_late_moves_nothing_or_is_known_by_the_next()
    {
        var zombie = await KeepBackAsync();
        var payer = await Node.CreditNewAsync(1_000);
        zombie.KeepsBack = true;
        Assert.IsType<Reserved.Unavailable>(await Node.ReserveAsync(payer, Node.Quote(700, 0)));
        var hold = await Node.HoldAsync(payer, 400, 0);

        await zombie.ArriveAsync();
        Assert.Equal(400, await CountAsync("SELECT leased FROM org_account"));
        zombie.KeepsBack = true;
        Assert.IsType<Reserved.Unavailable>(await Node.ReserveAsync(payer, Node.Quote(300, 0)));
        await zombie.ArriveAsync();
        Assert.Equal(700, await CountAsync("SELECT leased FROM org_account"));

        await Node.HoldAsync(payer, 600, 0);
        Assert.Equal(new(new(1_000), new(0), new(0), new(1_000), new(0)), await Node.BalanceAsync(payer.Org));
        await Node.SettleAsync(hold, 0, 0, Ending.Failed);
        Assert.Equal(new(400), (await Node.AppliedAsync(payer.Org)).Available);
    }

    [Fact]
    public async Task A_return_that_arrives_after_a_refusal_of_its_number_moves_nothing()
    {
        var zombie = await KeepBackAsync();
        var payer = await Node.CreditNewAsync(Rich);
        await Node.HoldAsync(payer, 30, 0);
        zombie.KeepsBack = true;
        await Assert.ThrowsAsync<BillingUnavailableException>(() => Node.Replica.RecallAsync(payer.Org));
        Assert.IsType<Reserved.Insufficient>(await Node.ReserveAsync(payer, Node.Quote(2 * Rich, 0)));

        await zombie.ArriveAsync();
        var hold = await Node.HoldAsync(payer, Quantum - 30, 0);
        await Node.SettleAsync(hold, Quantum - 30, 0);

        Assert.Equal(new(Quantum - 30), (await Node.AppliedAsync(payer.Org)).Spent);
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM quarantined_record"));
    }

    private async Task<ZombieStore> KeepBackAsync()
    {
        var zombie = default(ZombieStore);
        await CrashAsync(wrap: inner => zombie = new(inner));
        return zombie!;
    }
}
