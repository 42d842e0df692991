namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    [Fact]
    public async Task Approvals_carry_their_proofs_to_the_signer()
    {
        var id = (await RefundAsync(await FundAsync(10_000, 1_000), null)).Id;
        Assert.Equal(id, Assert.Single(await new PayoutDesk(Store).WaitingAsync(Token)).Id);

        await NewTreasury().ApproveAsync(id, "ada", "checked", new ApprovalProof("0xa"), Token);
        await NewTreasury().ApproveAsync(id, "bob", "checked", Token);

        Assert.Equal(["0xa", null], Assert.Single(await new PayoutDesk(Store).ReadyAsync(Token)).Proofs);
        Assert.Empty(await new PayoutDesk(Store).WaitingAsync(Token));
        await Assert.ThrowsAsync<ArgumentException>(
            () => NewTreasury().ApproveAsync(id, "eve", "checked", new ApprovalProof(""), Token));
    }

    [Fact]
    public async Task A_failed_extrinsic_releases_its_payout_for_another_nonce_and_only_that_extrinsic_does()
    {
        var desk = new PayoutDesk(Store);
        var id = await ApprovedAsync(await FundAsync(10_000, 1_000), new(4_000));
        Assert.False(await desk.ReleasedAsync(id, "0xabc", TimeSpan.Zero, Token));
        Assert.True(await desk.SignedAsync(id, Extrinsic(7), Token));

        Assert.False(await desk.ReleasedAsync(id, "0xother", TimeSpan.Zero, Token));
        Assert.True(await desk.ReleasedAsync(id, "0xabc", TimeSpan.Zero, Token));
        Assert.False(await desk.ReleasedAsync(id, "0xabc", TimeSpan.Zero, Token));

        var ready = Assert.Single(await desk.ReadyAsync(Token));
        Assert.Equal((PayoutState.Approved2, 1, null), (ready.State, ready.Tries, ready.Nonce));
        Assert.True(await desk.SignedAsync(id, Extrinsic(8), Token));
        Assert.True(await desk.ReleasedAsync(id, "0xabc", TimeSpan.FromHours(1), Token));
        Assert.Empty(await desk.ReadyAsync(Token));
    }

    [Fact]
    public async Task A_halt_of_all_payouts_holds_up_also_what_the_signer_had_read_before()
    {
        var desk = new PayoutDesk(Store);
        var id = await ApprovedAsync(await FundAsync(10_000, 1_000), new(4_000));
        Assert.Equal(id, Assert.Single(await desk.ReadyAsync(Token)).Id);
        Assert.True(await Blocks.HaltAsync(Genesis, HaltScope.Payouts, 1, "rao is missing", Token));

        Assert.False(await desk.SignedAsync(id, Extrinsic(7), Token));

        Assert.True(await Blocks.LiftAsync(Genesis, HaltScope.Payouts, "ada", "it was found", Token));
        Assert.True(await desk.SignedAsync(id, Extrinsic(7), Token));
    }

    [Fact]
    public async Task A_paid_refund_that_somebody_set_back_is_finalized_again_without_moving_money()
    {
        var desk = new PayoutDesk(Store);
        var id = await ApprovedAsync(await FundAsync(10_000, 1_000), new(4_000));
        await desk.SignedAsync(id, Extrinsic(7), Token);
        var signed = Assert.Single(await desk.UnderWayAsync(Token));
        Assert.True(await desk.FinalizedAsync(id, "0xblock", "5Hot", default, Token));
        var booked = await BookedAsync("chain/5Hot");

        await ExecuteAsync($"UPDATE payout SET state = 'approved2' WHERE id = '{id}'");
        Assert.True(await desk.RestoredAsync(signed, Extrinsic(7), Token));
        Assert.True(await desk.FinalizedAsync(id, "0xblock", "5Hot", default, Token));

        Assert.Equal(booked, await BookedAsync("chain/5Hot"));
        Assert.Equal(PayoutState.Finalized, Assert.Single(await desk.FindAsync([id], Token)).State);
    }

    [Fact]
    public async Task Books_that_forgot_a_signed_refund_take_it_of_the_same_lots_again()
    {
        var desk = new PayoutDesk(Store);
        var org = await FundAsync(10_000, 1_000);
        await FundAsync(5_000, 3_000, org);
        var id = await ApprovedAsync(org, new(12_000));
        await desk.SignedAsync(id, Extrinsic(7), Token);
        var signed = Assert.Single(await desk.UnderWayAsync(Token));
        var (lots, balance) = (await LotsAsync(), await BalanceAsync(org));

        // What a restored backup looks like: the refund and all that it did are gone.
        await desk.FailedAsync(id, "as if it had never been", Token);
        await ForgetAsync(id);
        Assert.Empty(await desk.FindAsync([id], Token));

        Assert.True(await desk.RestoredAsync(signed, Extrinsic(7), Token));
        Assert.True(await desk.RestoredAsync(signed, Extrinsic(7), Token));

        Assert.Equal(lots, await LotsAsync());
        Assert.Equal(balance.Available, (await BalanceAsync(org)).Available);
        var again = Assert.Single(await desk.UnderWayAsync(Token));
        Assert.Equal(
            (PayoutState.Signed, "0xabc", 7, "ada,bob"),
            (again.State, again.Hash, again.Nonce, string.Join(',', again.Approvers)));
        Assert.True(await desk.FinalizedAsync(id, "0xblock", "5Hot", default, Token));
        Assert.False(await desk.RestoredAsync(signed, Extrinsic(7), Token));
    }

    [Fact]
    public async Task Books_in_which_the_credit_is_spent_cannot_have_the_refund_back()
    {
        await PriceAsync("0.001");
        var desk = new PayoutDesk(Store);
        var org = await FundAsync(10_000, 1_000);
        var id = await ApprovedAsync(org, new(8_000));
        await desk.SignedAsync(id, Extrinsic(7), Token);
        var signed = Assert.Single(await desk.UnderWayAsync(Token));
        await desk.FailedAsync(id, "as if it had never been", Token);
        await ForgetAsync(id);
        await SpendAsync(org, 5_000);
        var lots = await LotsAsync();

        Assert.False(await desk.RestoredAsync(signed, Extrinsic(7), Token));

        Assert.Empty(await desk.FindAsync([id], Token));
        Assert.Equal(lots, await LotsAsync());
    }

    [Fact]
    public async Task A_miners_payout_that_was_forgotten_is_held_again_of_what_it_is_owed()
    {
        await PriceAsync("0.001");
        var desk = new PayoutDesk(Store);
        var org = await FundAsync(40_000_000, 1_000);
        await SpendAsync(org, 30_000_000, "sn4/5Miner", 21_000_000);
        await RollUpAsync(org);
        Assert.Equal(1, await NewTreasury().PayMinersAsync(Token));
        var payout = Assert.Single(await desk.ReadyAsync(Token));
        await desk.SignedAsync(payout.Id, Extrinsic(1), Token);
        await desk.FailedAsync(payout.Id, "as if it had never been", Token);
        await ForgetAsync(payout.Id);

        Assert.True(await desk.RestoredAsync(payout, Extrinsic(1), Token));

        var payable = Assert.Single(await NewTreasury().MinerPayablesAsync(Token));
        Assert.Equal((payable.Owed, payout.Amount), (payable.InPayout, payable.InPayout));
        Assert.True(await desk.FinalizedAsync(payout.Id, "0xblock", "5Hot", default, Token));
        Assert.Empty(await NewTreasury().MinerPayablesAsync(Token));
    }

    [Fact]
    public async Task A_halt_is_stored_once_and_lifted_once_by_a_person_with_a_reason()
    {
        var halts = new SignerHalts(Store);
        Assert.True(await halts.HaltAsync("5Hot", "nonce:0xa", "look", Token));
        Assert.False(await halts.HaltAsync("5Hot", "nonce:0xa", "look again", Token));
        await Assert.ThrowsAsync<ArgumentException>(() => halts.LiftAsync("5Hot", "nonce:0xa", "ada", " ", Token));

        Assert.True(await halts.LiftAsync("5Hot", "nonce:0xa", "ada", "our own test", Token));
        Assert.False(await halts.LiftAsync("5Hot", "nonce:0xa", "bob", "too", Token));
        Assert.False(await halts.LiftAsync("5Hot", "nonce:0xb", "bob", "unknown", Token));
        Assert.False(await halts.HaltAsync("5Hot", "nonce:0xa", "once more", Token));

        var halt = Assert.Single(await halts.ListAsync(Token));
        Assert.Equal((true, "ada", "look"), (halt.IsLifted, halt.LiftedBy, halt.Reason));
        Assert.Equal(1, await NumberAsync("SELECT count(*) FROM operator_act WHERE act = 'lift_halt'"));
        await Assert.ThrowsAnyAsync<Exception>(() => ExecuteAsync("DELETE FROM signer_halt"));
    }

    [Fact]
    public async Task A_sweeps_fees_and_our_own_funds_are_booked_once_and_sum_to_zero()
    {
        var desk = new PayoutDesk(Store);
        await FundAsync(10_000, 1_000);
        await OwnMoneyAsync(100);
        var swept = new SweptDeposits("0xsweep", [new("5Signatory", new(40))]);

        Assert.True(await desk.SweptAsync(swept, Token));
        Assert.False(await desk.SweptAsync(swept, Token));
        Assert.True(await desk.FundedAsync("0xgift", "5Hot", new(500), Token));
        Assert.False(await desk.FundedAsync("0xgift", "5Hot", new(500), Token));

        Assert.Equal(-40, await BookedAsync("chain/5Signatory"));
        Assert.Equal(500, await BookedAsync("chain/5Hot"));
        Assert.Equal(0, await NumberAsync("SELECT coalesce(sum(amount), 0) FROM posting WHERE asset = 'RAO'"));
    }

    // As a restored backup has it: no rules keep what the tests take away.
    private async Task ForgetAsync(string id)
    {
        _booksAreSpoilt = true;
        await Store.WriteAsync(
            async session =>
            {
                foreach (var table in (string[])["payout_part", "posting"])
                {
                    await session.ExecuteAsync(_connectionString.Length == 0
                        ? $"DROP TRIGGER {table}_is_permanent"
                        : $"DROP TRIGGER {table}_is_immutable ON {table}");
                }

                await session.ExecuteAsync("DELETE FROM payout_part WHERE payout = @id", ("id", id));
                await session.ExecuteAsync("DELETE FROM payout WHERE id = @id", ("id", id));
                return await session.ExecuteAsync(
                    "DELETE FROM posting WHERE ref = @id", ("id", id));
            },
            Token);
    }
}
