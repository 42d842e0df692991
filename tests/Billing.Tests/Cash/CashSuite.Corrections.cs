using Gateway.Core;

namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    /// <summary>Requests paid one nano-USD a token; the price should have been a third of it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Complaint_33_Price_typo_is_re_rated_by_reversal(bool lotsHavePaid)
    {
        await PriceAsync("0.001");
        await PriceAsync("0.000334");
        var right = await NumberAsync("SELECT max(id) FROM price_version");
        var org = await FundAsync(1_000, 400_000);
        var first = await SpendAsync(org, 300_000, "sn4/5Miner", 210_000);
        var second = await SpendAsync(org, 10_000);
        var untouched = await SpendAsync(org, 90_000);
        if (lotsHavePaid)
        {
            await RollUpAsync(org);
        }

        // Miners keep their share, so what comes back beyond our own is covered by our own money.
        await OwnMoneyAsync(500);
        var treasury = NewTreasury(rate: new FxRate(400_000));
        RequestId[] named = [first, second, first, RequestId.Create(TimeProvider.System)];
        var done = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => treasury.ReRateAsync(named, right, "ada", "the comma slipped on 3 March", Token))));

        var corrected = Assert.Single(done, one => one.Count > 0);
        Assert.Equal(
            [(first, 199_800), (second, 6_660)], corrected.Select(one => (one.Request, one.Back.Value)));
        Assert.Equal(206_460, (await BalanceAsync(org)).Available.Value);
        Assert.Equal(193_540, (await BalanceAsync(org)).Spent.Value);
        Assert.Equal(1, await NumberAsync("SELECT count(*) FROM lot WHERE kind = 'correction'"));
        Assert.Equal(206_460, await NumberAsync("SELECT sum(nusd_left) FROM lot"));
        Assert.Equal(300_000, await NumberAsync($"SELECT charge FROM usage_record WHERE request_id = '{first}'"));
        Assert.Equal(1, await NumberAsync("SELECT count(*) FROM operator_act WHERE act = 're_rate'"));
        Assert.Equal("ada", await TextAsync("""
            SELECT a.person FROM re_rate r JOIN operator_act a ON a.id = r.act ORDER BY r.request_id LIMIT 1
            """));
        Assert.Empty(await AuditAsync());

        await RollUpAsync(org);
        Assert.Single(await treasury.ReRateAsync([first, untouched], right, "ada", "one forgotten", Token));
        await Assert.ThrowsAnyAsync<Exception>(() => ExecuteAsync("UPDATE re_rate SET back = 1"));
        Assert.Equal(
            (await BalanceAsync(org)).Available, (await RefundAsync(org, null)).Credit);
    }

    [Fact]
    public async Task A_statement_adds_up_after_a_correction_of_what_was_rolled_up_in_part()
    {
        await PriceAsync("0.001");
        await PriceAsync("0.0009");
        var org = await FundAsync(1_000, 400_000);
        await SpendAsync(org, 95_000);
        await RollUpAsync(org);
        var request = await SpendAsync(org, 5_000);

        Assert.Single(await NewTreasury(rate: new FxRate(400_000)).ReRateAsync([request], 2, "ada", "typo", Token));

        // Credit is what lots were opened with; all of it is there or charged.
        Assert.Equal(
            await NumberAsync("SELECT sum(nusd) FROM lot"),
            (await BalanceAsync(org)).Available.Value + await NumberAsync("SELECT sum(charge) FROM usage_record"));
    }

    [Fact]
    public async Task A_correction_waits_for_whoever_counts_our_own_money()
    {
        await PriceAsync("0.001");
        await PriceAsync("0.0009");
        var org = await FundAsync(1_000, 400_000);
        var request = await SpendAsync(org, 5_000);
        var (holds, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var grant = Task.Run(() => Store.WriteAsync(
            async session =>
            {
                await session.LockAsync(PromoSql.RevenueLock);
                holds.SetResult();
                await end.Task;
                return 0;
            },
            Token), Token);
        await holds.Task;

        var correction = NewTreasury(rate: new FxRate(400_000)).ReRateAsync([request], 2, "ada", "typo", Token);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
        Assert.False(correction.IsCompleted);
        end.SetResult();

        await grant;
        Assert.Single(await correction);
    }

    [Fact]
    public async Task A_correction_that_we_cannot_cover_stands_and_the_audit_says_what_is_missing()
    {
        await PriceAsync("0.001");
        await PriceAsync("0.000334");
        var org = await FundAsync(1_000, 400_000);
        var request = await SpendAsync(org, 300_000, "sn4/5Miner", 210_000);
        await RollUpAsync(org);

        Assert.Single(await NewTreasury(rate: new FxRate(400_000)).ReRateAsync([request], 2, "ada", "typo", Token));

        // Of 750 rao 525 are the miner's and 225 ours; 199,800 nUSD are 500.
        Assert.Equal("we hold less than we owe: 1000 of 1275 rao", Assert.Single(await AuditAsync()).Detail);
        Assert.Equal("I12", Assert.Single(await AuditAsync()).Invariant);
        await OwnMoneyAsync(275);
        Assert.Empty(await AuditAsync());
    }

    private async Task OwnMoneyAsync(long rao)
    {
        var transfer = Transfer(default, rao, DateTimeOffset.UnixEpoch) with { Anomaly = DepositAnomaly.Unattributed };
        await TakeAsync(transfer);
        var id = new DepositId(transfer.Genesis, transfer.BlockHash, transfer.EventIndex);
        var claimed = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(
            () => NewTreasury().ClaimDepositAsync(id, "ada", "our float", Token), Token)));
        Assert.Single(claimed, true);
    }

    [Fact]
    public async Task A_correction_never_charges_and_takes_a_price_of_the_served_model_only()
    {
        await PriceAsync("0.001");
        await PriceAsync("0.002");
        await ImportAsync("""
            { "currency": "USD", "models": { "other": {
                "input_per_million_tokens": "0.0001", "output_per_million_tokens": "1" } } }
            """);
        var org = await FundAsync(1_000, 1_000);
        var request = await SpendAsync(org, 500);
        for (var version = 1; version <= 4; version++)
        {
            Assert.Empty(await NewTreasury().ReRateAsync([request], version, "ada", "a try", Token));
        }

        Assert.Equal(500, (await BalanceAsync(org)).Spent.Value);
        Assert.Equal(0, await NumberAsync("SELECT count(*) FROM operator_act"));
    }
}
