using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.Tests.Chain;

public sealed class TransactionTests
{
    [Fact]
    public void Every_tampered_byte_of_a_transaction_is_refused()
    {
        using var chain = new TestChain();
        var good = chain.Sign("//Bob", chain.Transfer("transfer_keep_alive", "//Alice", 1_000_000));
        for (var i = 0; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= 0x04;
            Assert.True(chain.Chain.Submit(bad).Outcome == SubmissionOutcome.Invalid, $"byte {i}");
        }

        Assert.Equal(SubmissionOutcome.Taken, chain.Chain.Submit(good).Outcome);
        Assert.Equal(SubmissionOutcome.Known, chain.Chain.Submit(good).Outcome);
    }

    [Fact]
    public void A_mortal_transaction_lives_for_its_period_and_no_block_longer()
    {
        using var chain = new TestChain();
        var birth = chain.Chain.Produce();
        var terms = new TransactionTerms(0, Era.Mortal(birth.Number, 8), birth.Hash);
        var bytes = chain.Sign("//Bob", chain.Remark(), terms);
        for (var height = birth.Number + 1; height < birth.Number + 8; height++)
        {
            Assert.IsType<Verdict.Valid>(chain.Chain.Check(bytes));
            _ = chain.Chain.Produce();
        }

        Assert.IsType<Verdict.Invalid>(chain.Chain.Check(bytes));
    }

    [Fact]
    public void A_mortal_transaction_of_another_fork_is_refused()
    {
        using var chain = new TestChain();
        var birth = chain.Chain.Produce();
        var bytes = chain.Sign("//Bob", chain.Remark(), new TransactionTerms(0, Era.Mortal(1, 8), birth.Hash));
        _ = chain.Chain.Reorg(1, returns: true);
        Assert.IsType<Verdict.Invalid>(chain.Chain.Check(bytes));
    }

    [Fact]
    public void A_higher_tip_takes_the_place_of_a_transaction_with_the_same_nonce()
    {
        using var chain = new TestChain();
        var seen = new List<TransactionStep>();
        var low = chain.Sign("//Bob", chain.Remark(1), new TransactionTerms(0, Era.Immortal, default, 10));
        var same = chain.Sign("//Bob", chain.Remark(2), new TransactionTerms(0, Era.Immortal, default, 10));
        var high = chain.Sign("//Bob", chain.Remark(3), new TransactionTerms(0, Era.Immortal, default, 11));
        _ = chain.Chain.Submit(low, status => seen.Add(status.Kind));
        Assert.Equal(SubmissionOutcome.LowPriority, chain.Chain.Submit(same).Outcome);
        Assert.Equal(SubmissionOutcome.Taken, chain.Chain.Submit(high).Outcome);
        Assert.Equal([TransactionStep.Ready, TransactionStep.Usurped], seen);
        Assert.Contains(high, chain.Chain.Produce().Extrinsics);
    }

    [Theory]
    [InlineData(true, new[] { "Ready", "InBlock", "Retracted", "InBlock", "Finalized" })]
    [InlineData(false, new[] { "Ready", "InBlock", "Retracted", "Dropped" })]
    public void A_reorg_gives_transactions_back_or_loses_them(bool returns, string[] steps)
    {
        using var chain = new TestChain();
        var seen = new List<string>();
        _ = chain.Chain.Submit(
            chain.Sign("//Bob", chain.Transfer("transfer_keep_alive", "//Alice", 1_000_000)),
            status => seen.Add(status.Kind.ToString()));
        var before = chain.Free("//Alice");
        var lost = chain.Chain.Produce();
        _ = chain.Chain.Reorg(1, returns);
        Assert.Equal(before, chain.Free("//Alice"));
        Assert.NotEqual(lost.Hash, chain.Chain.At(lost.Number)!.Hash);
        for (var i = 0; i < 4; i++)
        {
            _ = chain.Chain.Produce();
        }

        Assert.Equal(steps, seen);
        Assert.Equal(returns ? before + 1_000_000 : before, chain.Free("//Alice"));
    }

    [Fact]
    public void A_final_block_cannot_be_replaced()
    {
        using var chain = new TestChain();
        for (var i = 0; i < 20; i++)
        {
            _ = chain.Chain.Produce();
        }

        Assert.Equal(18u, chain.Chain.Finalized.Number);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => chain.Chain.Reorg(3, returns: true));
        chain.Chain.IsFinalityStalled = true;
        for (var i = 0; i < 20; i++)
        {
            _ = chain.Chain.Produce();
        }

        Assert.Equal(18u, chain.Chain.Finalized.Number);
        _ = Assert.Throws<ArgumentOutOfRangeException>(
            () => chain.Chain.Reorg(DevChain.DeepestReorg + 1, returns: true));
        Assert.Equal(41u, chain.Chain.Reorg(DevChain.DeepestReorg, returns: true).Number);
    }

    [Fact]
    public void A_weight_beyond_all_bounds_costs_more_than_anybody_has()
    {
        using var chain = new TestChain();
        var call = RuntimeCall.Of(
            chain.Runtime.Metadata,
            "Multisig",
            "as_multi",
            ("threshold", ScaleValue.Of(2u)),
            ("other_signatories", ScaleValue.ListOf(TestChain.Account("//Alice").ToValue())),
            ("maybe_timepoint", ScaleValue.None),
            ("call", chain.Remark()),
            ("max_weight", ScaleValue.RecordOf(
                ("ref_time", ScaleValue.Of(ulong.MaxValue)), ("proof_size", ScaleValue.Of(0u)))));
        var batch = RuntimeCall.Of(
            chain.Runtime.Metadata, "Utility", "batch", ("calls", ScaleValue.ListOf(call, call)));
        Assert.Equal(SubmissionOutcome.Invalid, chain.Chain.Submit(chain.Sign("//Bob", batch)).Outcome);

        // Who can pay it gets it back.
        var before = chain.Free("//Alice");
        _ = chain.Run("//Alice", batch);
        Assert.InRange(before - chain.Free("//Alice"), 1UL, 1_000_000UL);
    }

    [Fact]
    public void A_call_that_is_not_built_fails_and_names_itself_nowhere_else()
    {
        using var chain = new TestChain();
        var call = RuntimeCall.Of(chain.Runtime.Metadata, "Sudo", "sudo", ("call", chain.Remark()));
        var failure = chain.Run("//Bob", call).Single(one => one.Is("System", "ExtrinsicFailed"))["dispatch_error"];
        var error = failure[0]["error"].ToBytes().Span[0];
        Assert.Equal(("System", "CallFiltered"), chain.Runtime.Metadata.FindError(0, error));
    }
}
