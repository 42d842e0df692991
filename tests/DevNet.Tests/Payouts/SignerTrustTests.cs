using System.Buffers.Binary;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Scale;
using Gateway.Core;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.Faults;

namespace Gateway.DevNet.Tests.Payouts;

/// <summary>What one node says alone moves no money, and one that is broken stops none.</summary>
public sealed class SignerTrustTests
{
    private const long Amount = 1_000_000_000;

    private static readonly GenesisNeuron Neuron = new(AccountId.OfUri("//Hot//0"), AccountId.OfUri("//Cold//0"));

    // One that lies and two that do not.
    private static readonly int[] Outvoted = [0, 1, 1];

    [Fact]
    public async Task One_node_alone_does_not_decide_who_is_paid_for_a_hotkey()
    {
        await using var rig = await SignerRig.StartAsync(neurons: [Neuron]);
        rig.Change(options => options with { OwnerWait = TimeSpan.Zero });
        var thief = rig.NewAccount();
        LieAboutOwner(rig, thief);
        var order = rig.Miner(Neuron.Hotkey, thief, Amount);
        rig.Books.Add(order);

        Assert.Null(await OwnerAsync(rig));
        await rig.RunOnAsync();

        Assert.Equal((OrderStage.Waiting, 0), (rig.Books[order.Id].Stage, rig.Free(thief)));
        rig.Faults[0].StateLie = null;
        Assert.Equal(Neuron.Coldkey.ToString(), await OwnerAsync(rig));
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Undone);
    }

    [Fact]
    public async Task Two_nodes_that_agree_outvote_the_preferred_one()
    {
        await using var rig = await SignerRig.StartAsync(neurons: [Neuron], ports: Outvoted);
        rig.Change(options => options with { OwnerWait = TimeSpan.Zero });
        LieAboutOwner(rig, rig.NewAccount());
        var order = rig.Miner(Neuron.Hotkey, Neuron.Coldkey.ToString(), Amount);
        var before = rig.Free(order.Destination);
        rig.Books.Add(order);

        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);

        Assert.Equal(before + Amount, rig.Free(order.Destination));
    }

    [Fact]
    public async Task One_node_that_says_the_nonce_is_taken_neither_halts_nor_gives_up()
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        await rig.DieAsync("after Signed");
        LieAboutNonce(rig);

        await rig.RunOnAsync();

        Assert.Empty(rig.Books.OpenHalts);
        Assert.Equal(OrderStage.UnderWay, rig.Books[order.Id].Stage);
        rig.Faults[0].StateLie = null;
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);
        Assert.Equal(Amount, rig.Free(order.Destination));
    }

    [Fact]
    public async Task A_lifted_halt_gives_nothing_up_on_one_nodes_word()
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        await rig.DieAsync("after Signed");
        LieAboutNonce(rig);
        var cause = $"nonce:{rig.Books[order.Id].Extrinsic!.Hash}";
        await rig.Books.HaltAsync(rig.Signer.Wallet, cause, "", TestContext.Current.CancellationToken);
        rig.Books.Lift(cause);

        await rig.RunOnAsync();

        Assert.Equal(OrderStage.UnderWay, rig.Books[order.Id].Stage);
    }

    [Fact]
    public async Task Nothing_is_signed_at_a_finalized_head_that_one_node_made_up()
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Faults[0].InventedHead = 4_000_000_000;
        rig.Books.Add(order);
        await rig.RunOnAsync();
        Assert.InRange(rig.Books[order.Id].Extrinsic?.BornAt ?? 0, 0u, rig.Chain.Finalized.Number);

        rig.Faults[0].InventedHead = null;
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);

        Assert.Equal(Amount, rig.Free(order.Destination));
    }

    [Theory]
    [InlineData(nameof(EventLie.Missing))]
    [InlineData(nameof(EventLie.Altered))]
    public async Task Events_that_one_node_changed_neither_halt_nor_end_a_payout(string lie)
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        rig.Faults[0].Events = Enum.Parse<EventLie>(lie);

        await rig.RunOnAsync();

        Assert.Empty(rig.Books.OpenHalts);
        Assert.Equal(OrderStage.UnderWay, rig.Books[order.Id].Stage);
        rig.Faults[0].Events = EventLie.None;
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);
    }

    [Fact]
    public async Task A_node_that_contradicts_itself_does_not_keep_two_others_from_agreeing()
    {
        await using var rig = await SignerRig.StartAsync(ports: [0, 1, 0]);
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        rig.Faults[1].LiesAboutHashes = true;

        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);

        Assert.Equal(Amount, rig.Free(order.Destination));
    }

    private static Task<string?> OwnerAsync(SignerRig rig) => HotkeyOwners.FindAsync(
        rig.Connection, new Hotkey(Neuron.Hotkey.ToString()), TestContext.Current.CancellationToken);

    private static void LieAboutOwner(SignerRig rig, string owner) => Lie(
        rig, ("SubtensorModule", "Owner"), Neuron.Hotkey.ToString(), _ => SignerRig.Bytes(owner));

    // Its count of transactions is the first field of an account.
    private static void LieAboutNonce(SignerRig rig) => Lie(
        rig, ("System", "Account"), rig.Signer.Wallet, truth =>
        {
            var told = truth!.ToArray();
            BinaryPrimitives.WriteUInt32LittleEndian(told, BinaryPrimitives.ReadUInt32LittleEndian(told) + 1);
            return told;
        });

    private static void Lie(
        SignerRig rig, (string Pallet, string Item) map, string of, Func<byte[]?, byte[]?> told)
    {
        var lied = StorageKeys.Of(
            rig.Chain.Best.Runtime.Metadata, map.Pallet, map.Item, ScaleValue.Of(SignerRig.Bytes(of)));
        rig.Faults[0].StateLie = (key, truth) => key.AsSpan().SequenceEqual(lied) ? told(truth) : truth;
    }
}
