using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.Tests.Chain;

namespace Gateway.DevNet.Tests.Subnets;

public sealed class StakeTests
{
    private const ulong Tao = 1_000_000_000;

    private static readonly ScaleValue Hotkey = TestChain.Account("//Bob//hot").ToValue();

    [Fact]
    public void Staking_moves_along_the_constant_product()
    {
        using var chain = Chain();
        var before = chain.State;
        var tao = before.Number("SubnetTAO", SubnetChain.Net);
        var alpha = before.Number("SubnetAlphaIn", SubnetChain.Net);
        var events = chain.Events(
            "//Bob", "add_stake", ("hotkey", Hotkey), ("netuid", SubnetChain.Net),
            ("amount_staked", ScaleValue.Of(100 * Tao)));

        var told = events.Single(one => one.Is("SubtensorModule", "StakeAdded"));
        var (staked, got) = (told.Value[2].ToUInt64(), told.Value[3].ToUInt64());
        Assert.Equal((100 * Tao) - 50_000, staked);
        Assert.Equal(alpha - Ceiling((UInt128)tao * alpha, (UInt128)tao + staked), got);
        Assert.Equal(got, Stakes(chain).Of(TestChain.Account("//Bob//hot"), TestChain.Account("//Bob"), 4));
        Assert.Equal(tao + (100 * Tao), chain.State.Number("SubnetTAO", SubnetChain.Net));
        Assert.Equal(got, chain.State.Number("SubnetAlphaOut", SubnetChain.Net));
    }

    [Fact]
    public void There_and_back_costs_two_fees_and_no_more()
    {
        using var chain = Chain();
        var before = chain.Inner.Free("//Bob");
        _ = chain.Events(
            "//Bob", "add_stake", ("hotkey", Hotkey), ("netuid", SubnetChain.Net),
            ("amount_staked", ScaleValue.Of(100 * Tao)));
        var alpha = Stakes(chain).Of(TestChain.Account("//Bob//hot"), TestChain.Account("//Bob"), 4);
        Assert.Null(chain.Run(
            "//Bob", "remove_stake", ("hotkey", Hotkey), ("netuid", SubnetChain.Net),
            ("amount_unstaked", ScaleValue.Of(alpha))));
        Assert.InRange(before - chain.Inner.Free("//Bob"), 100_000UL, 1_500_000UL);
        Assert.Equal(0UL, Stakes(chain).Of(TestChain.Account("//Bob//hot"), 4));
        Assert.Equal(0UL, chain.State.Number("SubnetAlphaOut", SubnetChain.Net));
    }

    [Fact]
    public void What_the_network_refuses_is_refused_by_its_name()
    {
        using var chain = Chain();
        Assert.Equal("AmountTooLow", Add(chain, Hotkey, 549_999));
        Assert.Equal("NotEnoughBalanceToStake", Add(chain, Hotkey, 20_000 * Tao));
        Assert.Equal("HotKeyAccountNotExists", Add(chain, TestChain.Account("//nobody").ToValue(), Tao));
        Assert.Equal("SubnetNotExists", Add(chain, Hotkey, Tao, netuid: 7));
        Assert.Null(Add(chain, Hotkey, Tao));
        Assert.Equal("NotEnoughStakeToWithdraw", chain.Run(
            "//Charlie", "remove_stake", ("hotkey", Hotkey), ("netuid", SubnetChain.Net),
            ("amount_unstaked", ScaleValue.Of(Tao / 2))));
        Assert.Equal("AmountTooLow", chain.Run(
            "//Bob", "remove_stake", ("hotkey", Hotkey), ("netuid", SubnetChain.Net),
            ("amount_unstaked", ScaleValue.Of(1000u))));
    }

    [Fact]
    public void Stake_moves_between_hotkeys_and_subnets_and_to_another_owner()
    {
        using var chain = Chain();
        Assert.Null(Add(chain, Hotkey, 10 * Tao));
        var charlie = TestChain.Account("//Charlie//hot");
        Assert.Null(chain.Run(
            "//Bob", "move_stake", ("origin_hotkey", Hotkey), ("destination_hotkey", charlie.ToValue()),
            ("origin_netuid", SubnetChain.Net), ("destination_netuid", ScaleValue.Of(1u)),
            ("alpha_amount", ScaleValue.Of(4 * Tao))));
        var moved = Stakes(chain).Of(charlie, TestChain.Account("//Bob"), 1);
        Assert.InRange(moved, 39 * Tao / 10, 41 * Tao / 10);

        var events = chain.Events(
            "//Bob", "transfer_stake", ("destination_coldkey", TestChain.Account("//Eve").ToValue()),
            ("hotkey", charlie.ToValue()),
            ("origin_netuid", ScaleValue.Of(1u)),
            ("destination_netuid", ScaleValue.Of(1u)),
            ("alpha_amount", ScaleValue.Of(moved)));
        var told = events.Single(one => one.Is("SubtensorModule", "StakeTransferred"));
        Assert.Equal(TestChain.Account("//Eve").ToValue(), told.Value[1]);
        Assert.Equal(0UL, Stakes(chain).Of(charlie, TestChain.Account("//Bob"), 1));
        Assert.InRange(Stakes(chain).Of(charlie, TestChain.Account("//Eve"), 1), 38 * Tao / 10, moved);
        Assert.Equal("NotEnoughStakeToWithdraw", chain.Run(
            "//Bob", "move_stake", ("origin_hotkey", charlie.ToValue()), ("destination_hotkey", Hotkey),
            ("origin_netuid", ScaleValue.Of(1u)), ("destination_netuid", SubnetChain.Net),
            ("alpha_amount", ScaleValue.Of(Tao))));
    }

    [Fact]
    public void What_a_hotkey_earns_is_shared_by_stake()
    {
        using var chain = Chain();
        Assert.Null(Add(chain, Hotkey, 10 * Tao));
        Assert.Null(chain.Run(
            "//Charlie", "add_stake", ("hotkey", Hotkey), ("netuid", SubnetChain.Net),
            ("amount_staked", ScaleValue.Of(30 * Tao))));
        var (bob, charlie) = Parts(chain);

        // Nobody sets weights, so the one hotkey with stake earns all.
        chain.GoTo(40);
        var (bobAfter, charlieAfter) = Parts(chain);
        Assert.True(bobAfter > bob + Tao);
        Assert.InRange((double)(charlieAfter - charlie) / (bobAfter - bob), 2.9, 3.1);
    }

    private static SubnetChain Chain() =>
        new(SubnetChain.With([SubnetChain.Neuron("//Bob"), SubnetChain.Neuron("//Charlie")]));

    private static string? Add(SubnetChain chain, ScaleValue hotkey, ulong amount, ushort netuid = 4) => chain.Run(
        "//Bob", "add_stake", ("hotkey", hotkey), ("netuid", ScaleValue.Of(netuid)),
        ("amount_staked", ScaleValue.Of(amount)));

    private static StakeBook Stakes(SubnetChain chain) => new(chain.State);

    private static (ulong Bob, ulong Charlie) Parts(SubnetChain chain) => (
        Stakes(chain).Of(TestChain.Account("//Bob//hot"), TestChain.Account("//Bob"), 4),
        Stakes(chain).Of(TestChain.Account("//Bob//hot"), TestChain.Account("//Charlie"), 4));

    private static ulong Ceiling(UInt128 product, UInt128 by) => (ulong)((product + by - 1) / by);
}
