using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;

namespace Gateway.DevNet.Tests.Payouts;

/// <summary>Money out, at most once: the signer against the simulated chain, with everything that can go wrong between
/// signing and finality.</summary>
public sealed class SignerTests
{
    private const long Amount = 1_000_000_000;

    [Fact]
    public async Task A_refund_that_two_people_proved_is_paid_once()
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);

        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);
        await RunOnAsync(rig);

        Assert.Equal(Amount, rig.Free(order.Destination));
        Assert.Equal(SignerRig.Float - Amount - rig.Books[order.Id].Fee.Value, rig.Free(rig.Signer.Wallet));
        Assert.InRange(rig.Books[order.Id].Fee.Value, 1, 1_000_000);
        Assert.Equal(0, rig.Books[order.Id].Extrinsic!.Nonce);
    }

    [Theory]
    [InlineData("before Signed")]
    [InlineData("after Signed")]
    [InlineData("before Broadcast")]
    [InlineData("after Broadcast")]
    [InlineData("before Finalized")]
    [InlineData("after Finalized")]
    public async Task Dead_at_any_move_of_the_books_it_pays_once(string step)
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);

        await rig.DieAsync(step);
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);
        await RunOnAsync(rig);

        Assert.Equal(Amount, rig.Free(order.Destination));
        Assert.Equal(0, rig.Books[order.Id].Extrinsic!.Nonce);
        Assert.Empty(rig.Books.OpenHalts);
    }

    [Fact]
    public async Task A_refund_cancelled_while_its_signer_was_dead_is_never_sent()
    {
        await using var rig = await SignerRig.StartAsync();
        var (order, next) = (rig.Refund(Amount), rig.Refund(Amount));
        rig.Books.Add(order);

        await rig.DieAsync("before Signed");
        rig.Books.Cancel(order.Id);
        rig.Books.Add(next);
        await rig.UntilAsync(() => rig.Books[next.Id].Stage == OrderStage.Paid);

        Assert.Equal((0, Amount), (rig.Free(order.Destination), rig.Free(next.Destination)));
        Assert.Equal(OrderStage.Undone, rig.Books[order.Id].Stage);
    }

    [Fact]
    public async Task A_reorganisation_that_loses_the_transaction_sends_the_same_bytes_again()
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        await rig.DieAsync("after Broadcast");
        rig.Produce(1);
        Assert.Equal(Amount, rig.Free(order.Destination));
        var first = rig.Books[order.Id].Extrinsic!.Hash;

        _ = rig.Chain.Reorg(1, returns: false);

        Assert.Equal(0, rig.Free(order.Destination));
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);
        Assert.Equal((first, Amount), (rig.Books[order.Id].Extrinsic!.Hash, rig.Free(order.Destination)));
    }

    [Fact]
    public async Task After_a_dead_era_it_signs_anew_with_the_same_nonce()
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        await rig.DieAsync("after Signed");
        var first = rig.Books[order.Id].Extrinsic!;

        rig.Produce(SignerRig.Era + 5);
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);

        var second = rig.Books[order.Id].Extrinsic!;
        Assert.NotEqual(first.Hash, second.Hash);
        Assert.Equal(first.Nonce, second.Nonce);
        Assert.Equal(Amount, rig.Free(order.Destination));
    }

    [Fact]
    public async Task An_upgrade_between_signing_and_inclusion_expires_it_and_it_is_signed_for_the_new_runtime()
    {
        await using var rig = await SignerRig.StartAsync(specVersion: 219);
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        await rig.DieAsync("after Signed");
        var first = rig.Books[order.Id].Extrinsic!;

        rig.Chain.Upgrade(RuntimeCatalog.Get(224));
        rig.Produce(2);
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid || rig.Books.OpenHalts.Any());

        Assert.Empty(rig.Books.OpenHalts);
        Assert.NotEqual(first.Hash, rig.Books[order.Id].Extrinsic!.Hash);
        Assert.Equal(first.Nonce, rig.Books[order.Id].Extrinsic!.Nonce);
        Assert.Equal(Amount, rig.Free(order.Destination));
    }

    [Fact]
    public async Task For_a_new_shape_of_the_runtime_it_waits_for_a_person_and_signs_no_unknown_extension()
    {
        await using var rig = await SignerRig.StartAsync();
        var (first, second) = (rig.Refund(Amount), rig.Refund(Amount));
        rig.Books.Add(first);
        await rig.UntilAsync(() => rig.Books[first.Id].Stage == OrderStage.Paid);

        rig.Chain.Upgrade(RuntimeCatalog.Get(225));
        rig.Produce(5);
        rig.Books.Add(second);
        await rig.UntilAsync(() => rig.Books.OpenHalts.Any());
        var cause = Assert.Single(rig.Books.OpenHalts);
        Assert.StartsWith("shape:", cause, StringComparison.Ordinal);

        rig.Books.Lift(cause);
        await Assert.ThrowsAsync<Gateway.ChainBridge.Metadata.RuntimeDriftException>(rig.RoundAsync);
        Assert.Equal(OrderStage.Waiting, rig.Books[second.Id].Stage);
    }

    [Fact]
    public async Task A_nonce_that_somebody_else_used_halts_the_wallet_until_a_person_lifts_it()
    {
        await using var rig = await SignerRig.StartAsync();
        var (order, next) = (rig.Refund(Amount), rig.Refund(Amount));
        rig.Books.Add(order);
        await rig.DieAsync("after Signed");

        SendForeign(rig);
        rig.Produce(5);
        await rig.UntilAsync(() => rig.Books.OpenHalts.Any());
        rig.Books.Add(next);
        await RunOnAsync(rig);
        Assert.Equal(
            (OrderStage.UnderWay, OrderStage.Waiting), (rig.Books[order.Id].Stage, rig.Books[next.Id].Stage));
        var cause = Assert.Single(rig.Books.OpenHalts);
        Assert.Equal($"nonce:{rig.Books[order.Id].Extrinsic!.Hash}", cause);

        rig.Restart();
        await RunOnAsync(rig);
        Assert.Equal(OrderStage.Waiting, rig.Books[next.Id].Stage);
        rig.Books.Lift(cause);
        await rig.UntilAsync(() => rig.Books[next.Id].Stage == OrderStage.Paid);
        Assert.Equal((OrderStage.Undone, 0), (rig.Books[order.Id].Stage, rig.Free(order.Destination)));
    }

    [Fact]
    public async Task What_was_given_up_stays_so_in_books_that_went_back_in_time()
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        var backup = rig.Books.Backup();
        await rig.DieAsync("after Signed");
        SendForeign(rig);
        rig.Produce(5);
        await rig.UntilAsync(() => rig.Books.OpenHalts.Any());
        rig.Books.Lift(Assert.Single(rig.Books.OpenHalts));
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Undone);

        rig.Time.Advance(TimeSpan.FromHours(25));
        rig.Books.Restore(backup);
        await RunOnAsync(rig);

        Assert.Equal((OrderStage.Undone, 0), (rig.Books[order.Id].Stage, rig.Free(order.Destination)));
    }

    [Fact]
    public async Task A_node_that_hides_or_invents_finality_alone_moves_no_books()
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        await rig.DieAsync("after Broadcast");
        rig.Faults[1].LiesAboutHashes = true;

        await rig.RunOnAsync();
        Assert.Equal(OrderStage.UnderWay, rig.Books[order.Id].Stage);

        rig.Faults[1].LiesAboutHashes = false;
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);
        Assert.Equal(Amount, rig.Free(order.Destination));
    }

    [Fact]
    public async Task A_dry_wallet_signs_nothing_until_it_is_filled_and_a_faucet_fills_it()
    {
        await using var rig = await SignerRig.StartAsync(isFunded: false);
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        await RunOnAsync(rig);
        Assert.Equal(OrderStage.Waiting, rig.Books[order.Id].Stage);

        var gifts = new List<string>();
        rig.Change(options => options with
        {
            Faucet = (address, amount) =>
            {
                gifts.Add(rig.Give(address, amount.Value));
                return gifts[^1];
            },
        });
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);

        Assert.Equal(Assert.Single(gifts), Assert.Single(rig.Books.Funds).Cause);
    }

    // Somebody who has the wallet's key, or a second signer beside it.
    private static void SendForeign(SignerRig rig)
    {
        using var key = rig.HotKey();
        var runtime = rig.Chain.Best.Runtime;
        var call = RuntimeCall.Of(
            runtime.Metadata, "System", "remark", ("remark", ScaleValue.Of((ReadOnlySpan<byte>)[1])));
        var signed = ExtrinsicSigner.Sign(
            runtime.ToContext(rig.Chain.Genesis), call, TransactionTerms.Immortal(0), key);
        Assert.Equal(
            DevNet.Chain.Transactions.SubmissionOutcome.Taken, rig.Chain.Submit(signed.Bytes.ToArray()).Outcome);
    }

    private static async Task RunOnAsync(SignerRig rig)
    {
        for (var round = 0; round < 12; round++)
        {
            await rig.Signer.RoundAsync(TestContext.Current.CancellationToken);
            rig.Produce(1);
        }
    }
}
