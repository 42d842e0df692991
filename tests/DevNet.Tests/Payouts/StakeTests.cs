using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Staking;
using Gateway.Core;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Tests.Payouts;

/// <summary>Stake moves on two people's word, once, whatever dies in between; on the simulated chain.</summary>
public sealed class StakeTests
{
    private const long Amount = 5_000_000_000;
    private const ushort NetUid = 7;

    private static readonly AccountId First = AccountId.OfUri("//First//hot");
    private static readonly AccountId Second = AccountId.OfUri("//Second//hot");

    [Fact]
    public async Task Stake_is_added_moved_and_taken_back_and_the_books_hear_what_it_changed()
    {
        await using var rig = await StartAsync();
        var desk = DeskOf(rig);

        var added = Ask(rig, desk, new(OrderKind.StakeAdd, Place(First), new(Amount)));
        await DoneAsync(rig, desk, added);
        var alpha = Stake(rig, First);
        Assert.True(alpha > Amount / 2);

        var moved = Ask(rig, desk, new(OrderKind.StakeMove, Place(First), new(alpha / 2)) { To = Place(Second) });
        await DoneAsync(rig, desk, moved);

        // The pool's fee is less than this; epochs only add.
        Assert.True(Stake(rig, Second) > (alpha / 2) - 200_000);

        var free = rig.Free(rig.Signer.Wallet);
        var removed = Ask(rig, desk, new(OrderKind.StakeRemove, Place(Second), new(Stake(rig, Second) / 2)));
        await DoneAsync(rig, desk, removed);

        Assert.Equal(3, rig.Books.Stakes.Count);
        Assert.Equal((-Amount, 0L), (rig.Books.Stakes[0].Change.Value, rig.Books.Stakes[1].Change.Value));
        var last = rig.Books.Stakes[2];
        Assert.Equal(free + last.Change.Value - last.Fee.Value, rig.Free(rig.Signer.Wallet));
        Assert.True(last.Change.Value > 0);
        Assert.Equal(3u, NonceOf(rig));
    }

    [Theory]
    [InlineData("before Staked")]
    [InlineData("after Staked")]
    [InlineData("before Signed")]
    [InlineData("before Broadcast")]
    [InlineData("before Done")]
    public async Task Dead_at_any_step_it_stakes_once(string step)
    {
        await using var rig = await StartAsync();
        var desk = DeskOf(rig);
        var id = Ask(rig, desk, new(OrderKind.StakeAdd, Place(First), new(Amount)));

        switch (step)
        {
            case "before Signed":
                await DieAtTheFolderAsync(rig, id);
                Assert.Equal(0, Stake(rig, First));
                break;
            case "before Broadcast":
                await UntilAsync(rig, () => desk.Find(id)!.Stage == OrderStage.UnderWay);
                rig.Restart();
                await DieAtTheFolderAsync(rig, id);
                break;
            case "before Done":
                await UntilAsync(rig, () => Stake(rig, First) > 0);
                await DieAtTheFolderAsync(rig, id, () => rig.Books.Stakes.Count == 1);
                break;
            default:
                await rig.DieAsync(step);
                break;
        }

        await DoneAsync(rig, desk, id);
        for (var round = 0; round < 8; round++)
        {
            await rig.RoundAsync();
            rig.Produce(1);
        }

        var report = Assert.Single(rig.Books.Stakes);
        Assert.Equal((-Amount, 1u), (report.Change.Value, NonceOf(rig)));
        Assert.Equal(SignerRig.Float - Amount - report.Fee.Value, rig.Free(rig.Signer.Wallet));
        Assert.Empty(rig.Books.OpenHalts);
    }

    [Fact]
    public async Task After_a_dead_era_it_is_signed_anew_with_the_same_nonce()
    {
        await using var rig = await StartAsync();
        var desk = DeskOf(rig);
        var id = Ask(rig, desk, new(OrderKind.StakeAdd, Place(First), new(Amount)));
        await DieAtTheFolderAsync(rig, id);
        rig.Produce(SignerRig.Era + 5);

        await DoneAsync(rig, desk, id);

        var log = await File.ReadAllLinesAsync(rig.LogFile, TestContext.Current.CancellationToken);
        Assert.Equal(2, log.Count(line => line.Contains("\"signed\"", StringComparison.Ordinal)));
        Assert.Equal((1u, 1), (NonceOf(rig), rig.Books.Stakes.Count));
    }

    [Fact]
    public async Task Nothing_moves_without_two_proofs_a_listed_hotkey_own_rao_and_room_under_the_cap()
    {
        await using var rig = await StartAsync();
        var desk = DeskOf(rig);
        var wish = new StakeWish(OrderKind.StakeAdd, Place(First), new(Amount));
        var one = desk.Ask(wish, "somebody");
        Assert.False(desk.Approve(one.Id, "Somebody ", "0x"));
        var proofs = rig.Approve(one, 0, 1).Approvals;
        Assert.True(desk.Approve(one.Id, proofs[0].Person, proofs[0].Proof!));
        Assert.False(desk.Approve(one.Id, proofs[0].Person, proofs[0].Proof!));

        // Proofs of another order are no proofs of this one.
        var forged = desk.Ask(wish, "somebody");
        Assert.All(proofs, proof => Assert.True(desk.Approve(forged.Id, proof.Person, proof.Proof!)));
        Ask(rig, desk, new(OrderKind.StakeAdd, Place(AccountId.OfUri("//Unlisted")), new(Amount)));
        Ask(rig, desk, wish with { Amount = new(101_000_000_000) });
        rig.Books.Own = new(Amount - 1);
        Ask(rig, desk, wish);

        for (var round = 0; round < 8; round++)
        {
            await rig.RoundAsync();
            rig.Produce(1);
        }

        Assert.All(desk.List(), line => Assert.Equal(OrderStage.Waiting, line.Stage));
        Assert.Equal((0L, 4), (Stake(rig, First), rig.Signer.Status.Held));
        rig.Books.Own = new(Amount);
        await UntilAsync(rig, () => rig.Books.Stakes.Count == 1);
    }

    [Fact]
    public async Task What_is_taken_back_in_time_is_never_signed_and_what_the_chain_refuses_ends_with_its_reason()
    {
        await using var rig = await StartAsync();
        var desk = DeskOf(rig);
        var cancelled = Ask(rig, desk, new(OrderKind.StakeAdd, Place(First), new(Amount)));
        Assert.True(desk.Cancel(cancelled, "somebody"));
        Assert.False(desk.Cancel(cancelled, "somebody"));
        var tooMuch = Ask(rig, desk, new(OrderKind.StakeRemove, Place(First), new(Amount)));

        await UntilAsync(rig, () => desk.Find(tooMuch)!.Stage == OrderStage.Undone);

        Assert.Contains("SubtensorModule.", desk.Find(tooMuch)!.Because, StringComparison.Ordinal);
        Assert.False(desk.Cancel(tooMuch, "somebody"));
        Assert.Equal((OrderStage.Undone, "cancelled"), (desk.Find(cancelled)!.Stage, desk.Find(cancelled)!.Because));
        Assert.Equal((0L, 0), (Stake(rig, First), rig.Books.Stakes.Count));
    }

    [Fact]
    public void What_makes_no_sense_is_not_asked_for()
    {
        var desk = new StakeDesk(Path.Combine(Path.GetTempPath(), "gateway-no-such-folder"), TimeProvider.System);
        var good = new StakeWish(OrderKind.StakeAdd, Place(First), new(Amount));

        Assert.Throws<ArgumentException>(() => desk.Ask(good with { Amount = new(0) }, "a"));
        Assert.Throws<ArgumentException>(() => desk.Ask(good with { Amount = new(1_999_999) }, "a"));
        Assert.Throws<ArgumentException>(() => desk.Ask(good with { Kind = OrderKind.Refund }, "a"));
        Assert.Throws<ArgumentException>(() => desk.Ask(good with { Kind = OrderKind.StakeMove }, "a"));
        Assert.Throws<ArgumentException>(() => desk.Ask(good with { To = Place(Second) }, "a"));
        Assert.Throws<ArgumentException>(
            () => desk.Ask(good with { From = new(new NetUid(NetUid), new Hotkey("5x")) }, "a"));
        Assert.Throws<ArgumentException>(() => desk.Ask(good, " "));
        Assert.False(desk.Approve("../../etc/passwd", "a", "0x"));
        Assert.Null(desk.Find("stk_zz"));
        Assert.Empty(desk.List());
    }

    private static async Task<SignerRig> StartAsync()
    {
        var rig = await SignerRig.StartAsync(
            neurons: [new(First, AccountId.OfUri("//First")), new(Second, AccountId.OfUri("//Second"))]);
        rig.Change(options => options with { StakeHotkeys = [First.ToString(), Second.ToString()] });
        return rig;
    }

    private static StakeDesk DeskOf(SignerRig rig) => new(FolderOf(rig), rig.Time);

    private static string FolderOf(SignerRig rig) => Path.Combine(Path.GetDirectoryName(rig.LogFile)!, "stakes");

    private static StakePlace Place(AccountId hotkey) => new(new NetUid(NetUid), new Hotkey(hotkey.ToString()));

    private static string Ask(SignerRig rig, StakeDesk desk, StakeWish wish)
    {
        var order = desk.Ask(wish, "somebody");
        foreach (var proof in rig.Approve(order, 0, 1).Approvals)
        {
            Assert.True(desk.Approve(order.Id, proof.Person, proof.Proof!));
        }

        return order.Id;
    }

    private static Task DoneAsync(SignerRig rig, StakeDesk desk, string id) =>
        UntilAsync(rig, () => desk.Find(id)!.Stage == OrderStage.Paid);

    private static Task UntilAsync(SignerRig rig, Func<bool> isSo) => rig.UntilAsync(isSo);

    // A folder where the next state should be written: the signer dies before it is.
    private static async Task DieAtTheFolderAsync(SignerRig rig, string id, Func<bool>? when = null)
    {
        var obstacle = Path.Combine(FolderOf(rig), id + ".new");
        Directory.CreateDirectory(obstacle);
        for (var round = 0; ; round++)
        {
            Assert.True(round < 100, "It never came to the folder.");
            try
            {
                await rig.RoundAsync();
                rig.Produce(1);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                if (when?.Invoke() ?? true)
                {
                    break;
                }

                rig.Produce(1);
            }
        }

        rig.Restart();
        Directory.Delete(obstacle);
    }

    private static long Stake(SignerRig rig, AccountId hotkey) => (long)new StakeBook(new SubnetState(new TypedState(
        rig.Chain.Best.Layout.Metadata, new StateOverlay(rig.Chain.Best.State)))).Of(hotkey, NetUid);

    private static uint NonceOf(SignerRig rig) =>
        rig.Chain.NextNonce(new AccountId(SignerRig.Bytes(rig.Signer.Wallet)));
}
