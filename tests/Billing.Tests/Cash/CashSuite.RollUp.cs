using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    [Fact]
    public async Task Lots_pay_for_what_was_spent_and_miners_get_their_share_of_the_freed_rao()
    {
        await PriceAsync("0.001");
        var org = await FundAsync(1_000, 400_000);
        await FundAsync(1_000, 100_000, org);
        await SpendAsync(org, 300_000, "sn4/5Miner", 210_000);
        await SpendAsync(org, 150_000, "sn4/5Other", 105_000);

        Assert.Equal(450_000, await RollUpAsync(org));
        Assert.Equal(0, await RollUpAsync(org));

        // 400,000 nUSD of the first lot free its 1,000 rao, 50,000 of the second 500 of its 1,000.
        Assert.Equal(1_500, await NumberAsync("SELECT sum(rao - rao_left) FROM lot"));
        Assert.Equal(-700, await BookedAsync("miner_payable/4/5Miner"));
        Assert.Equal(-350, await BookedAsync("miner_payable/4/5Other"));
        Assert.Equal(-450, await BookedAsync("revenue"));
        Assert.Equal(0, await NumberAsync("SELECT sum(nusd) FROM miner_accrual"));
        Assert.Equal(
            [new(new(4), new("5Miner"), new(700), default), new MinerPayable(new(4), new("5Other"), new(350), default)],
            await NewTreasury().MinerPayablesAsync(Token));
    }

    [Fact]
    public async Task Roll_ups_at_once_pay_once()
    {
        await PriceAsync("0.001");
        var org = await FundAsync(1_000_000, 1_000);
        await SpendAsync(org, 400_000, "sn4/5Miner", 280_000);

        var paid = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => RollUpAsync(org), Token)));

        Assert.Equal(400_000, paid.Sum());
        Assert.Equal(-280_000, await BookedAsync("miner_payable/4/5Miner"));
        Assert.Equal(-120_000, await BookedAsync("revenue"));
    }

    [Fact]
    public async Task Spending_in_nano_steps_frees_in_the_end_every_rao()
    {
        await PriceAsync("0.001");
        var org = await FundAsync(3, 400_000);
        for (var spent = 0; spent < 1_200; spent += 75)
        {
            await SpendAsync(org, 75, "sn4/5Miner", 52);
            await RollUpAsync(org);
            Assert.Empty(await AuditAsync());
        }

        Assert.Equal(0, await NumberAsync("SELECT sum(rao_left) FROM lot"));
        Assert.Equal(-3, await BookedAsync("miner_payable/4/5Miner") + await BookedAsync("revenue"));
    }

    [Fact]
    public async Task An_organisation_whose_lots_do_not_add_up_is_frozen_and_the_others_go_on()
    {
        await PriceAsync("0.001");
        var (broken, sound) = (await FundAsync(1_000, 1_000), await FundAsync(1_000, 1_000));
        await SpendAsync(broken, 800);
        await SpendAsync(sound, 800);
        await ExecuteAsync($"UPDATE lot SET nusd_left = 1 WHERE org = '{broken}'");

        await new RollUp(Store, NullLogger<RollUp>.Instance).RunAsync(Token);

        Assert.Equal(1, await NumberAsync($"SELECT frozen FROM org_account WHERE org = '{broken}'"));
        Assert.Equal(800, await NumberAsync($"SELECT rolled FROM org_account WHERE org = '{sound}'"));
        Assert.IsType<RefundAnswer.OrgFrozen>(await FrozenRefundAsync(sound));
        _booksAreSpoilt = true;
    }

    [Fact]
    public async Task A_promotion_asked_for_again_under_its_id_is_given_once()
    {
        await OwnMoneyAsync(10_000);
        var (org, soon) = (NewOrg(), await InAsync(60));
        var treasury = NewTreasury(rate: new FxRate(1_000));

        var given = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            treasury.GrantPromotionAsync("act_a", org, new(500), soon, "ada", "welcome", Token))));

        Assert.All(given, Assert.True);
        Assert.Equal(500, (await BalanceAsync(org)).Available.Value);
        Assert.True(await treasury.GrantPromotionAsync("act_b", org, new(500), soon, "ada", "again", Token));
        Assert.Equal(1_000, (await BalanceAsync(org)).Available.Value);
    }

    [Fact]
    public async Task A_promotion_pays_first_and_what_is_left_of_it_expires()
    {
        await PriceAsync("0.001");
        var org = await FundAsync(10_000, 1_000);
        var treasury = NewTreasury(rate: new FxRate(1_000));
        var (soon, later) = (await InAsync(60), await InAsync(7_200));
        Assert.False(await treasury.GrantPromotionAsync(org, new(500), soon, "ada", "nothing covers it", Token));
        await SpendAsync(org, 2_000);
        await RollUpAsync(org);
        Assert.True(await treasury.GrantPromotionAsync(org, new(900), later, "ada", "welcome", Token));
        Assert.True(await treasury.GrantPromotionAsync(org, new(500), soon, "ada", "welcome", Token));
        Assert.False(await treasury.GrantPromotionAsync(org, new(601), soon, "ada", "nothing covers it", Token));
        await SpendAsync(org, 300);
        await LeaseAsync(org, 9_050);

        await ExpireAsync(soon);

        // 200 of 500 are left, 50 are not leased.
        Assert.Equal(0, (await BalanceAsync(org)).Available.Value);
        Assert.Equal(50, await NumberAsync("SELECT sum(expired) FROM lot"));
        Assert.Equal(8_000, await NumberAsync("SELECT nusd_left FROM lot WHERE kind = 'paid'"));
        await LeaseAsync(org, -9_050);
        await ExpireAsync(soon);
        Assert.Equal(8_900, (await BalanceAsync(org)).Available.Value);
        Assert.Equal(900, await NumberAsync("SELECT sum(nusd_left) FROM lot WHERE kind = 'promo'"));
        Assert.Equal(-900, await BookedAsync("adjustment", "NUSD") + 300);
        Assert.Equal(2, await NumberAsync("SELECT count(*) FROM operator_act WHERE act = 'grant_promotion'"));
    }

    [Fact]
    public async Task Miners_are_paid_from_a_hundredth_tao_to_the_owner_of_their_hotkey()
    {
        await PriceAsync("0.001");
        var org = await FundAsync(100_000_000, 1_000);
        await SpendAsync(org, 90_000_000, "sn4/5Miner", 10_000_000);
        await SpendAsync(org, 1_000_000, "sn4/5Small", 9_999_999);
        await SpendAsync(org, 1, "sn4/5Gone", 20_000_000);
        await RollUpAsync(org);
        var (treasury, desk) = (NewTreasury(), new PayoutDesk(Store));

        var made = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => treasury.PayMinersAsync(Token), Token)));

        Assert.Equal(1, made.Sum());
        var payout = Assert.Single(await desk.ReadyAsync(Token));
        Assert.Equal((PayoutKind.Miner, "5OwnerOf5Miner", new Rao(10_000_000)),
            (payout.Kind, payout.Destination, payout.Amount));
        Assert.Equal(Approval.NotWaiting, await treasury.ApproveAsync(payout.Id, "ada", "ok", Token));
        Assert.True(await desk.FailedAsync(payout.Id, "no such account", Token));
        Assert.Equal(1, await treasury.PayMinersAsync(Token));
        payout = Assert.Single(await desk.ReadyAsync(Token));
        await PayAsync(desk, payout.Id);
        Assert.Equal(0, await BookedAsync("miner_payable/4/5Miner"));
        Assert.Equal(-10_000_000, await BookedAsync("chain/5Hot"));
        Assert.Equal(0, await treasury.PayMinersAsync(Token));
        Assert.Equal(["5Gone", "5Small"],
            (await treasury.MinerPayablesAsync(Token)).Select(payable => payable.Hotkey.Ss58));
    }

    private static async Task PayAsync(PayoutDesk desk, string id, long fee = 0)
    {
        Assert.True(await desk.SignedAsync(id, new(new byte[] { 1 }, "0xabc", 7, "era"), Token));
        Assert.True(await desk.BroadcastAsync(id, Token));
        Assert.True(await desk.FinalizedAsync(id, "0xblock", "5Hot", new(fee), Token));
    }

    private async Task<DateTimeOffset> InAsync(int seconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(await NowAsync() + (seconds * 1_000));

    private async Task<RefundAnswer> FrozenRefundAsync(OrgId org)
    {
        await ExecuteAsync($"UPDATE org_account SET frozen = 1 WHERE org = '{org}'");
        return await NewTreasury().RequestRefundAsync(org, null, "5Customer", "key_1", Token);
    }

    private Task<int> LeaseAsync(OrgId org, long nanoUsd) => ExecuteAsync(FormattableString.Invariant(
        $"UPDATE org_account SET available = available - {nanoUsd}, leased = leased + {nanoUsd} WHERE org = '{org}'"));

    /// <summary>Expires as if it were then, where the clock cannot be moved.</summary>
    private async Task ExpireAsync(DateTimeOffset at)
    {
        await ExecuteAsync(FormattableString.Invariant(
            $"UPDATE lot SET expires = 1 WHERE expires <= {at.ToUnixTimeMilliseconds()}"));
        await new RollUp(Store, NullLogger<RollUp>.Instance).RunAsync(Token);
    }
}
