using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    [Fact]
    public async Task A_refund_gives_back_what_is_unspent_at_the_rate_of_each_lot()
    {
        await PriceAsync("0.001");
        var org = await FundAsync(1_000, 400_000);
        await FundAsync(1_000, 100_000, org);
        await SampleAsync(9_000_000);
        await SpendAsync(org, 300_000);

        // Left are 100,000 nUSD of the first lot, 250 rao, and 100,000 of the second, 1,000 rao.
        var part = await RefundAsync(org, new(150_000));
        Assert.Equal((new Rao(750), new NanoUsd(150_000)), (part.Amount, part.Credit));
        Assert.Equal([250, 500], part.Parts.Select(one => one.Amount.Value));
        Wait(TimeSpan.FromMilliseconds(1));
        var rest = await RefundAsync(org, null);
        Assert.Equal((new Rao(500), new NanoUsd(50_000)), (rest.Amount, rest.Credit));
        Assert.Equal(0, (await BalanceAsync(org)).Available.Value);
        Assert.Equal(200_000, await BookedAsync(org + "/refunded", "NUSD"));
        Assert.Equal(-1_250, await BookedAsync("refunds_clearing"));
        Assert.IsType<RefundAnswer.Insufficient>(
            await NewTreasury().RequestRefundAsync(org, null, "5Customer", "key_1", Token));
        Assert.Equal([rest.Id, part.Id], (await NewTreasury().ListAsync(org, 9, null, Token)).Select(one => one.Id));
        Assert.Equal([rest.Id], (await NewTreasury().ListAsync(org, 1, null, Token)).Select(one => one.Id));
        Assert.Equal([part.Id], (await NewTreasury().ListAsync(org, 9, rest.Id, Token)).Select(one => one.Id));
        Assert.Empty(await NewTreasury().ListAsync(org, 9, part.Id, Token));
        Assert.Equal([rest.Id, part.Id], (await new PayoutDesk(Store).ListAsync(9, null, Token)).Select(one => one.Id));
        Assert.Equal([part.Id], (await new PayoutDesk(Store).ListAsync(9, rest.Id, Token)).Select(one => one.Id));
    }

    [Fact]
    public async Task What_is_leased_or_was_given_is_not_refundable()
    {
        await PriceAsync("0.001");
        var org = await FundAsync(10_000, 1_000);
        await SpendAsync(org, 4_000);
        await RollUpAsync(org);
        Assert.True(await NewTreasury(rate: new FxRate(1_000)).GrantPromotionAsync(
            org, new(2_000), await InAsync(600), "ada", "welcome", Token));
        await LeaseAsync(org, 5_000);

        var refused = await NewTreasury().RequestRefundAsync(org, new(3_001), "5Customer", "key_1", Token);
        Assert.Equal(new NanoUsd(3_000), Assert.IsType<RefundAnswer.Insufficient>(refused).Refundable);
        await LeaseAsync(org, -5_000);
        refused = await NewTreasury().RequestRefundAsync(org, new(6_001), "5Customer", "key_1", Token);
        Assert.Equal(new NanoUsd(6_000), Assert.IsType<RefundAnswer.Insufficient>(refused).Refundable);
        Assert.Equal(new Rao(6_000), (await RefundAsync(org, null)).Amount);
    }

    [Theory]
    [InlineData("4Wrong")]
    [InlineData("5Deposit")]
    public async Task Attack_38_A_destination_that_cannot_be_paid_is_refused(string destination)
    {
        var org = NewOrg();
        await Taking.TakeAsync(
            Transfer(org, 1_000, Some.Noon) with { Rate = new FxRate(1_000), Address = "5Deposit" }, Token);

        Assert.IsType<RefundAnswer.BadDestination>(
            await NewTreasury().RequestRefundAsync(org, null, destination, "key_1", Token));
    }

    [Theory]
    [InlineData(499, false)]
    [InlineData(500, true)]
    public async Task Attack_38_Less_than_an_account_on_the_chain_must_have_is_not_paid(long rao, bool isPaid)
    {
        var org = await FundAsync(rao, 1_000);

        var answer = await NewTreasury().RequestRefundAsync(org, null, "5Customer", "key_1", Token);

        Assert.Equal(isPaid, answer is RefundAnswer.Requested);
        Assert.Equal(!isPaid, answer is RefundAnswer.TooSmall);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1_001)]
    [InlineData(long.MaxValue)]
    public async Task A_refund_of_nothing_or_of_more_than_there_is_is_refused(long nanoUsd)
    {
        var org = await FundAsync(1_000, 1_000);

        Assert.IsType<RefundAnswer.Insufficient>(
            await NewTreasury().RequestRefundAsync(org, new(nanoUsd), "5Customer", "key_1", Token));
        Assert.IsType<RefundAnswer.Insufficient>(
            await NewTreasury().RequestRefundAsync(NewOrg(), null, "5Customer", "key_1", Token));
    }

    [Fact]
    public async Task Refunds_asked_for_at_once_never_take_the_same_credit()
    {
        var org = await FundAsync(10_000, 1_000);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            NewTreasury().RequestRefundAsync(org, new(3_000), "5Customer", "key_1", Token))));

        Assert.Equal(3, answers.Count(answer => answer is RefundAnswer.Requested));
        Assert.Equal(1_000, (await BalanceAsync(org)).Available.Value);
    }

    [Fact]
    public async Task A_refund_asked_again_under_its_id_is_the_same_one()
    {
        var (org, treasury) = (await FundAsync(10_000, 1_000), NewTreasury());
        var asked = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            treasury.RequestRefundAsync("pay_a", org, new(3_000), "5Customer", "key_1", Token))));
        await ApproveAsync("pay_a");

        var again = await treasury.RequestRefundAsync("pay_a", org, new(3_000), "5Customer", "key_1", Token);

        Assert.All(asked, one => Assert.Equal("pay_a", Assert.IsType<RefundAnswer.Requested>(one).Payout.Id));
        Assert.Equal(PayoutState.Approved2, Assert.IsType<RefundAnswer.Requested>(again).Payout.State);
        Assert.Equal(7_000, (await BalanceAsync(org)).Available.Value);
        var others = new[]
        {
            await treasury.RequestRefundAsync("pay_a", org, new(3_001), "5Customer", "key_1", Token),
            await treasury.RequestRefundAsync("pay_a", org, new(3_000), "5Elsewhere", "key_1", Token),
            await treasury.RequestRefundAsync("pay_a", NewOrg(), new(3_000), "5Customer", "key_1", Token),
        };
        Assert.All(others, other => Assert.IsType<RefundAnswer.IdTaken>(other));
    }

    [Fact]
    public async Task Attack_09_Two_people_approve_and_neither_is_who_asked()
    {
        var (treasury, desk) = (NewTreasury(), new PayoutDesk(Store));
        var id = (await RefundAsync(await FundAsync(10_000, 1_000), null)).Id;

        Assert.Equal(Approval.ByRequester, await treasury.ApproveAsync(id, "KEY_1 ", "mine", Token));
        Assert.Equal(Approval.First, await treasury.ApproveAsync(id, "ada", "checked", Token));
        Assert.Equal(Approval.Twice, await treasury.ApproveAsync(id, " Ada", "again", Token));
        Assert.Empty(await desk.ReadyAsync(Token));
        Assert.False(await desk.SignedAsync(id, Extrinsic(7), Token));
        Assert.Equal(Approval.Second, await treasury.ApproveAsync(id, "bob", "checked", Token));
        Assert.Equal(Approval.NotWaiting, await treasury.ApproveAsync(id, "eve", "late", Token));
        Assert.Equal(Approval.NotWaiting, await treasury.ApproveAsync("pay_0", "eve", "none", Token));
        Assert.Equal(["ada", "bob"], Assert.Single(await desk.ReadyAsync(Token)).Approvers);
    }

    [Fact]
    public async Task Attack_09_Approvals_at_once_count_exactly_two_people()
    {
        var id = (await RefundAsync(await FundAsync(10_000, 1_000), null)).Id;
        string[] people = ["ada", "ada", "ADA", "key_1", "bob", "bob", "eve", "eve"];

        var answers = await Task.WhenAll(people.Select(person => Task.Run(
            () => NewTreasury().ApproveAsync(id, person, "checked", Token))));

        Assert.Single(answers, Approval.First);
        Assert.Single(answers, Approval.Second);
        Assert.Equal(2, await NumberAsync("SELECT count(*) FROM operator_act WHERE act = 'approve_payout'"));
    }

    [Theory]
    [InlineData("UPDATE payout SET state = 'approved1'")]
    [InlineData("UPDATE payout SET state = 'approved2', approver1 = 'a', approver2 = 'a'")]
    [InlineData("UPDATE payout SET state = 'approved2', approver1 = 'a', approver2 = 'key_1'")]
    [InlineData("UPDATE payout SET state = 'approved2', approver1 = 'a'")]
    [InlineData("UPDATE payout SET state = 'signed', approver1 = 'a', approver2 = 'b'")]
    [InlineData("UPDATE payout SET kind = 'miner'")]
    public async Task The_store_itself_refuses_a_forged_approval(string sql)
    {
        await RefundAsync(await FundAsync(10_000, 1_000), null);

        await Assert.ThrowsAsync<BrokenInvariantException>(() => ExecuteAsync(sql));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_cancelled_refund_gives_the_same_lots_back_exactly(int approvals)
    {
        await PriceAsync("0.001");
        var org = await FundAsync(777, 400_000);
        await FundAsync(1_001, 123_457, org);
        await SpendAsync(org, 99_999);
        await RollUpAsync(org);
        var (lots, balance) = (await LotsAsync(), await BalanceAsync(org));
        var refund = await RefundAsync(org, new(250_001));
        foreach (var person in new[] { "ada", "bob" }.Take(approvals))
        {
            await NewTreasury().ApproveAsync(refund.Id, person, "checked", Token);
        }

        var ended = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => NewTreasury().CancelAsync(refund.Id, "key_1", "changed my mind", Token), Token)));

        Assert.Equal(PayoutState.Cancelled, Assert.Single(ended, one => one is not null)!.State);
        Assert.Equal(lots, await LotsAsync());
        Assert.Equal(balance, await BalanceAsync(org));
        Assert.Equal(Approval.NotWaiting, await NewTreasury().ApproveAsync(refund.Id, "eve", "late", Token));
        Assert.Empty(await new PayoutDesk(Store).ReadyAsync(Token));
    }

    [Fact]
    public async Task A_paid_refund_is_paid_once_whatever_the_signer_repeats()
    {
        var desk = new PayoutDesk(Store);
        var org = await FundAsync(10_000, 1_000);
        var id = await ApprovedAsync(org, new(4_000));

        await PayAsync(desk, id);

        Assert.False(await desk.FinalizedAsync(id, "0xblock", "5Hot", new(12), Token));
        Assert.False(await desk.FailedAsync(id, "no", Token));
        Assert.False(await desk.SignedAsync(id, Extrinsic(8), Token));
        Assert.Null(await NewTreasury().CancelAsync(id, "key_1", "too late", Token));
        Assert.Equal(-4_000, await BookedAsync("chain/5Hot"));
        Assert.Equal(0, await BookedAsync("refunds_clearing"));
        var paid = await NewTreasury().FindAsync(org, id, Token);
        Assert.Equal((PayoutState.Finalized, "0xblock", "0xabc"), (paid!.State, paid.Block, paid.Hash));
        Assert.Null(await NewTreasury().FindAsync(NewOrg(), id, Token));
    }

    [Theory]
    [InlineData(125)]
    [InlineData(4_000)]
    public async Task The_chains_fee_of_a_payout_is_ours_and_in_the_books(long fee)
    {
        await OwnMoneyAsync(fee);
        var id = await ApprovedAsync(await FundAsync(10_000, 1_000), new(4_000));

        await PayAsync(new(Store), id, fee);

        Assert.Equal(-4_000 - fee, await BookedAsync("chain/5Hot"));
        Assert.Equal(0, await BookedAsync("revenue"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => new PayoutDesk(Store).FinalizedAsync(id, "0xblock", "5Hot", new(-1), Token));
    }

    [Fact]
    public async Task What_expired_is_signed_again_with_the_same_nonce_only()
    {
        var desk = new PayoutDesk(Store);
        var id = await ApprovedAsync(await FundAsync(10_000, 1_000), new(4_000));
        Assert.True(await desk.SignedAsync(id, Extrinsic(7), Token));
        Assert.False(await desk.SignedAsync(id, Extrinsic(7), Token));
        Assert.Null(await NewTreasury().CancelAsync(id, "key_1", "it is signed", Token));
        Assert.True(await desk.BroadcastAsync(id, Token));
        Assert.True(await desk.BroadcastAsync(id, Token));
        Assert.Equal(id, Assert.Single(await desk.UnderWayAsync(Token)).Id);
        Assert.True(await desk.ExpiredAsync(id, Token));
        Assert.Equal(id, Assert.Single(await desk.ReadyAsync(Token)).Id);

        Assert.False(await desk.SignedAsync(id, Extrinsic(8), Token));
        Assert.True(await desk.SignedAsync(id, Extrinsic(7), Token));
    }

    [Fact]
    public async Task A_failed_refund_gives_the_same_lots_back()
    {
        var desk = new PayoutDesk(Store);
        var org = await FundAsync(10_000, 1_000);
        var before = await LotsAsync();
        var id = await ApprovedAsync(org, new(4_000));
        Assert.True(await desk.SignedAsync(id, Extrinsic(7), Token));

        Assert.True(await desk.FailedAsync(id, "the extrinsic failed in block 9", Token));

        Assert.Equal(before, await LotsAsync());
        Assert.Equal(10_000, (await BalanceAsync(org)).Available.Value);
        Assert.Equal(0, await BookedAsync("refunds_clearing"));
    }

    [Fact]
    public async Task A_new_destination_waits_and_one_that_was_paid_does_not()
    {
        var desk = new PayoutDesk(Store);
        var org = await FundAsync(10_000, 1_000);
        await PayAsync(desk, await ApprovedAsync(org, new(1_000)));
        var careful = new Treasury(Store, NoOptions, new Chain(), new Chain());

        var known = await careful.RequestRefundAsync(org, new(1_000), "5Customer", "key_1", Token);
        var fresh = await careful.RequestRefundAsync(org, new(1_000), "5Elsewhere", "key_1", Token);

        Assert.Equal(TimeSpan.Zero, Waits(known));
        Assert.Equal(TimeSpan.FromHours(24), Waits(fresh));
        var id = Assert.IsType<RefundAnswer.Requested>(fresh).Payout.Id;
        await ApproveAsync(id);
        Assert.Empty(await desk.ReadyAsync(Token));
        Assert.False(await desk.SignedAsync(id, Extrinsic(9), Token));

        static TimeSpan Waits(RefundAnswer answer)
        {
            var payout = Assert.IsType<RefundAnswer.Requested>(answer).Payout;
            return payout.NotBefore - payout.Requested;
        }
    }

    [Fact]
    public async Task What_a_month_said_stays_when_a_refund_ends_or_a_gift_expires_later()
    {
        await OwnMoneyAsync(10_000);
        var (org, treasury) = (await FundAsync(10_000, 1_000), NewTreasury(rate: new FxRate(1_000)));
        Assert.True(await treasury.GrantPromotionAsync(org, new(500), await InAsync(60), "ada", "welcome", Token));
        var refund = await RefundAsync(org, new(3_000));
        var asked = DateTimeOffset.FromUnixTimeMilliseconds(await NowAsync()).AddDays(-40);
        await ExecuteAsync(FormattableString.Invariant(
            $"UPDATE payout SET requested = {asked.ToUnixTimeMilliseconds()}"));
        Assert.Equal([(false, 3_000)], await ReducedAsync(org, asked));

        await treasury.CancelAsync(refund.Id, "key_1", "not needed", Token);
        await ExpireAsync(await InAsync(60));

        Assert.Equal([(false, 3_000)], await ReducedAsync(org, asked));
        Assert.Equal(
            [(false, -3_000), (true, 500)],
            (await ReducedAsync(org, DateTimeOffset.FromUnixTimeMilliseconds(await NowAsync()))).Order());
        Assert.Empty(await ReducedAsync(org, DateTimeOffset.UnixEpoch));
    }

    private async Task<List<(bool IsExpiry, long Credit)>> ReducedAsync(OrgId org, DateTimeOffset moment)
    {
        var month = MonthStatement.MonthOf(moment);
        var facts = await Store.ReadAsync(
            session => MonthSql.ReadAsync(session, org, month, PayoutSql.Reductions), Token);
        var statement = MonthStatement.Of(org, month, facts);
        return [.. statement.Reductions.Select(line => (line.IsExpiry, line.Credit.Value))];
    }

    private static SignedPayout Extrinsic(long nonce) => new(new byte[] { 1, 2 }, "0xabc", nonce, "era");

    private async Task<Payout> RefundAsync(OrgId org, NanoUsd? amount) =>
        Assert.IsType<RefundAnswer.Requested>(
            await NewTreasury().RequestRefundAsync(org, amount, "5Customer", "key_1", Token)).Payout;

    private async Task<string> ApprovedAsync(OrgId org, NanoUsd amount)
    {
        var id = (await RefundAsync(org, amount)).Id;
        await ApproveAsync(id);
        return id;
    }

    private async Task ApproveAsync(string id)
    {
        Assert.Equal(Approval.First, await NewTreasury().ApproveAsync(id, "ada", "checked", Token));
        Assert.Equal(Approval.Second, await NewTreasury().ApproveAsync(id, "bob", "checked", Token));
    }

    private Task<List<LotLeft>> LotsAsync() => Store.ReadAsync(
        session => session.ListAsync("SELECT id, nusd_left, rao_left FROM lot ORDER BY id",
            row => new LotLeft(row.GetString(0), row.GetInt64(1), row.GetInt64(2))), Token);
}
