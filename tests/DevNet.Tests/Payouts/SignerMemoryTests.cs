using Gateway.ChainBridge.Payouts;
using Gateway.Core;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Tests.Payouts;

/// <summary>The signer's own log against books that forgot, or were changed by somebody who reached them.</summary>
public sealed class SignerMemoryTests
{
    private const long Amount = 1_000_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Books_that_go_back_by_more_than_a_day_under_a_running_signer_pay_nothing_again()
    {
        await using var rig = await SignerRig.StartAsync();
        var paid = rig.Refund(Amount);
        rig.Books.Add(paid);
        var backup = rig.Books.Backup();
        await rig.UntilAsync(() => rig.Books[paid.Id].Stage == OrderStage.Paid);

        rig.Time.Advance(TimeSpan.FromDays(40));
        rig.Books.Restore(backup);
        await RunAsync(rig, 20);

        Assert.Equal((Amount, OrderStage.Paid), (rig.Free(paid.Destination), rig.Books[paid.Id].Stage));
        Assert.Empty(rig.Books.OpenHalts);
    }

    [Fact]
    public async Task What_the_log_has_paid_is_held_whatever_the_books_say_and_a_person_lifts()
    {
        await using var rig = await SignerRig.StartAsync();
        var (paid, next) = (rig.Refund(Amount), rig.Refund(Amount));
        rig.Books.Add(paid);
        var backup = rig.Books.Backup();
        await rig.UntilAsync(() => rig.Books[paid.Id].Stage == OrderStage.Paid);

        rig.Time.Advance(TimeSpan.FromHours(25));
        rig.Books.Restore(backup);
        rig.Books.TakesNothingBack = true;
        rig.Books.Add(next);
        await RunAsync(rig, 8);
        Assert.Equal($"books:{paid.Id}", Assert.Single(rig.Books.OpenHalts));
        rig.Books.Lift($"books:{paid.Id}");
        await rig.UntilAsync(() => rig.Books[next.Id].Stage == OrderStage.Paid, most: 60);
        await RunAsync(rig, 8);

        Assert.Equal(Amount, rig.Free(paid.Destination));
        Assert.Equal(1, rig.Signer.Status.Held);
    }

    [Fact]
    public async Task A_forged_expired_row_passes_no_cap_and_holds_up_nobody()
    {
        await using var rig = await CappedAsync();
        var (forged, honest) = (Forged(rig), rig.Refund(Amount));
        var before = rig.Free(forged.Destination);
        rig.Books.Add(forged);
        Assert.True(await rig.Books.SignedAsync(forged.Id, Nothing, Token));
        Assert.True(await rig.Books.ExpiredAsync(forged.Id, Token));
        rig.Books.Add(honest);

        await rig.UntilAsync(() => rig.Books[honest.Id].Stage == OrderStage.Paid, most: 60);

        Assert.Equal((before, OrderStage.Expired), (rig.Free(forged.Destination), rig.Books[forged.Id].Stage));
    }

    [Fact]
    public async Task A_forged_row_that_the_signer_takes_over_passes_no_cap_when_it_expires()
    {
        await using var rig = await CappedAsync();
        var forged = Forged(rig);
        var before = rig.Free(forged.Destination);
        rig.Books.Add(forged);
        Assert.True(await rig.Books.SignedAsync(forged.Id, Nothing, Token));
        rig.Restart();

        rig.Produce(SignerRig.Era);
        await rig.UntilAsync(() => rig.Books[forged.Id].Stage == OrderStage.Expired);
        await RunAsync(rig, 8);

        Assert.Equal((before, OrderStage.Expired), (rig.Free(forged.Destination), rig.Books[forged.Id].Stage));
    }

    [Fact]
    public async Task What_expired_is_signed_again_in_a_day_that_its_own_first_signature_filled()
    {
        await using var rig = await SignerRig.StartAsync();
        rig.Change(options => options with { DailyRefunds = new Rao(Amount) });
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        await rig.DieAsync("after Signed");

        rig.Produce(SignerRig.Era + 5);
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);

        Assert.Equal(Amount, rig.Free(order.Destination));
    }

    [Fact]
    public async Task A_lifted_halt_of_one_payout_lets_the_others_be_paid()
    {
        await using var rig = await SignerRig.StartAsync();
        PayoutOrder[] paid = [rig.Refund(Amount), rig.Refund(Amount)];
        var next = rig.Refund(Amount);
        Array.ForEach(paid, rig.Books.Add);
        var backup = rig.Books.Backup();
        await rig.UntilAsync(() => paid.All(one => rig.Books[one.Id].Stage == OrderStage.Paid));
        rig.Books.Restore(backup);
        Array.ForEach(paid, one => rig.Books.Cancel(one.Id));
        rig.Books.Add(next);

        // Both are told at once: a person need not lift one to hear of the other.
        await RunAsync(rig, 8);
        Assert.Equal(
            paid.Select(one => $"books:{one.Id}").Order(StringComparer.Ordinal),
            rig.Books.OpenHalts.Order(StringComparer.Ordinal));
        rig.Books.Lift($"books:{paid[0].Id}");
        await RunAsync(rig, 8);
        Assert.Equal(OrderStage.Waiting, rig.Books[next.Id].Stage);
        rig.Books.Lift($"books:{paid[1].Id}");

        await rig.UntilAsync(() => rig.Books[next.Id].Stage == OrderStage.Paid, most: 60);
    }

    private static SignedOrder Nothing => new(new byte[1], "0x" + new string('1', 64), 0, 1);

    private static GenesisNeuron Own => new(AccountId.OfUri("//Hot//0"), AccountId.OfUri("//Cold//0"));

    // Somebody who reached the books, with a hotkey and a coldkey of their own on the chain.
    private static PayoutOrder Forged(SignerRig rig) => rig.Miner(Own.Hotkey, Own.Coldkey.ToString(), 40 * Amount);

    private static async Task<SignerRig> CappedAsync()
    {
        var rig = await SignerRig.StartAsync(neurons: [Own]);
        rig.Change(options => options with { DailyMiners = new Rao(Amount), OwnerWait = TimeSpan.Zero });
        return rig;
    }

    private static async Task RunAsync(SignerRig rig, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            await rig.RoundAsync();
            rig.Produce(1);
        }
    }
}
