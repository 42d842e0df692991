using CsCheck;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.Tests.Chain;

public sealed class BalancesTests
{
    private const ulong Deposit = 500;

    [Theory]
    [InlineData("transfer_keep_alive", 499, "BelowMinimum")]
    [InlineData("transfer_allow_death", 1_000_000_000_000_000, "FundsUnavailable")]
    public void A_transfer_that_fails_moves_nothing_and_still_pays(string call, ulong amount, string error)
    {
        using var chain = new TestChain();
        var before = chain.Free("//Bob");
        var events = chain.Run("//Bob", chain.Transfer(call, "//fresh", amount));

        var failure = events.Single(one => one.Is("System", "ExtrinsicFailed"))["dispatch_error"];
        Assert.Equal(error, failure[0].CaseName);
        Assert.DoesNotContain(events, one => one.Is("Balances", "Transfer"));
        var fee = events.Single(one => one.Is("TransactionPayment", "TransactionFeePaid"))["actual_fee"].ToUInt64();
        Assert.Equal(before - fee, chain.Free("//Bob"));
        Assert.Equal((0UL, 1u), (chain.Free("//fresh"), chain.Record(TestChain.Account("//Bob")).Nonce));
    }

    [Fact]
    public void An_account_must_keep_the_existential_deposit_unless_it_may_die()
    {
        using var chain = new TestChain();
        _ = chain.Run("//Bob", chain.Transfer("transfer_allow_death", "//poor", 1_000_000));
        var fee = FeeOf(chain, "//poor", chain.Transfer("transfer_keep_alive", "//Bob", 800_000));
        var all = 1_000_000 - fee;

        var kept = chain.Run("//poor", chain.Transfer("transfer_keep_alive", "//Bob", all - Deposit + 1));
        Assert.Equal(
            "NotExpendable",
            kept.Single(one => one.Is("System", "ExtrinsicFailed"))["dispatch_error"][0].CaseName);

        var left = chain.Free("//poor");
        var dead = chain.Run("//poor", chain.Transfer("transfer_allow_death", "//Bob", left - fee - (Deposit - 1)));
        Assert.Equal(Deposit - 1, dead.Single(one => one.Is("Balances", "DustLost"))["amount"].ToUInt64());
        Assert.Equal((0u, 0u), (chain.Record(TestChain.Account("//poor")).Nonce,
            chain.Record(TestChain.Account("//poor")).Providers));
    }

    [Fact]
    public void Transfer_all_of_nothing_is_a_transfer_of_zero()
    {
        using var chain = new TestChain();
        _ = chain.Run("//Bob", chain.Transfer("transfer_allow_death", "//poor", 1_000_000));
        var call = chain.TransferAll("//Bob", keepAlive: true);
        var spare = 1_000_000 - FeeOf(chain, "//poor", call) - Deposit;
        _ = chain.Run("//Bob", chain.Remark());

        // The account keeps just its deposit after paying for the second one.
        var first = chain.Run("//poor", chain.TransferAll("//Bob", keepAlive: true));
        Assert.Equal(spare, first.Single(one => one.Is("Balances", "Transfer"))["amount"].ToUInt64());
        Assert.Equal(Deposit, chain.Free("//poor"));
        Assert.Equal(
            SubmissionOutcome.Invalid,
            chain.Chain.Submit(chain.Sign("//poor", chain.TransferAll("//Bob", keepAlive: true))).Outcome);
    }

    [Fact]
    public void Coins_are_conserved_but_for_fees_and_dust() => Gen
        .Select(Gen.Int[0, 4], Gen.Int[0, 4], Gen.ULong[0, 20_000_000], Gen.Int[0, 2])
        .Array[1, 25]
        .Sample(
            moves =>
            {
                string[] accounts = ["//Bob", "//Charlie", "//a", "//b", "//c"];
                string[] calls = ["transfer_allow_death", "transfer_keep_alive", "transfer_all"];
                using var chain = new TestChain();
                foreach (var (from, to, amount, call) in moves)
                {
                    if (chain.Free(accounts[from]) > 1_000_000)
                    {
                        _ = chain.Run(accounts[from], calls[call] == "transfer_all"
                            ? chain.TransferAll(accounts[to], keepAlive: amount % 2 == 0)
                            : chain.Transfer(calls[call], accounts[to], amount));
                    }

                    AssertSum(chain);
                }
            },
            iter: 20);

    private static void AssertSum(TestChain chain)
    {
        var metadata = chain.Runtime.Metadata;
        var sum = 0UL;
        foreach (var key in chain.Chain.Best.State.Keys(ChainBridge.Metadata.StorageKeys.Prefix("System", "Account")))
        {
            var value = metadata.Types.Decode(
                metadata.Storage("System", "Account").Value, chain.Chain.Best.State.Find(key)!);
            var total = value["data"]["free"].ToUInt64() + value["data"]["reserved"].ToUInt64();
            Assert.True(total >= Deposit && value["providers"].ToUInt32() == 1, $"{value}");
            sum += total;
        }

        var issued = ChainBridge.Metadata.StorageKeys.Of(metadata, "Balances", "TotalIssuance");
        Assert.Equal(
            sum,
            metadata.Types.Decode(metadata.Storage("Balances", "TotalIssuance").Value,
                chain.Chain.Best.State.Find(issued)!).ToUInt64());
    }

    private static ulong FeeOf(TestChain chain, string uri, ScaleValue.Case call) =>
        ((Verdict.Valid)chain.Chain.Check(chain.Sign(uri, call))).Fee;
}
