using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.Tests.Chain;

namespace Gateway.DevNet.Tests.Subnets;

public sealed class RegistrationTests
{
    [Fact]
    public void Registering_burns_takes_the_next_uid_and_tells_it()
    {
        using var chain = new SubnetChain(SubnetChain.With([SubnetChain.Neuron("//Charlie")]));
        var (burn, before) = (chain.State.Number("Burn", SubnetChain.Net), chain.Inner.Free("//Bob"));
        var events = chain.Events(
            "//Bob", "burned_register",
            ("netuid", SubnetChain.Net), ("hotkey", TestChain.Account("//Bob//hot").ToValue()));

        var told = events.Single(one => one.Is("SubtensorModule", "NeuronRegistered"));
        Assert.Equal((4, 1), (told.Value[0].ToUInt16(), told.Value[1].ToUInt16()));
        Assert.InRange(before - chain.Inner.Free("//Bob"), burn, burn + 1_000_000);
        var state = chain.State;
        Assert.Equal(2, state.Count(4));
        Assert.Equal((ushort)1, state.UidOf(4, TestChain.Account("//Bob//hot")));
        Assert.Equal(TestChain.Account("//Bob"), state.OwnerOf(TestChain.Account("//Bob//hot")));
        Assert.Equal(1UL, state.Number("BlockAtRegistration", SubnetChain.Net, ScaleValue.Of(1u)));
        Assert.Equal(2, state.Numbers("Incentive", 4).Length);
    }

    [Fact]
    public void What_the_network_refuses_is_refused_by_its_name()
    {
        using var chain = new SubnetChain(SubnetChain.With([SubnetChain.Neuron("//Charlie")]));
        Assert.Equal("RegistrationNotPermittedOnRootSubnet", chain.Register("//Bob", "//x", netuid: 0));
        Assert.Equal("SubNetworkDoesNotExist", chain.Register("//Bob", "//x", netuid: 9));
        Assert.Equal("HotKeyAlreadyRegisteredInSubNet", chain.Register("//Bob", "//Charlie//hot"));
        Assert.Null(chain.Register("//Bob", "//Bob//hot", netuid: 1));
        Assert.Equal("NonAssociatedColdKey", chain.Register("//Dave", "//Bob//hot"));
        Assert.Equal(1, chain.State.Count(4));
    }

    [Fact]
    public void A_full_subnet_gives_the_place_of_its_worst_to_the_next_who_inherits_nothing()
    {
        GenesisNeuron[] neurons =
        [
            SubnetChain.Neuron("//Charlie", stake: 1_000_000_000, permit: true),
            SubnetChain.Neuron("//Dave"), SubnetChain.Neuron("//Eve"),
        ];
        using var chain = new SubnetChain(SubnetChain.With(neurons, places: 3));
        Assert.Null(chain.Serve("//Eve//hot", 0x0101_0101));
        Assert.Null(chain.SetWeights("//Charlie//hot", [1, 2], [60000, 5]));
        chain.GoTo(40);

        Assert.Null(chain.Register("//Bob", "//Bob//hot"));
        var state = chain.State;
        Assert.Null(state.UidOf(4, TestChain.Account("//Eve//hot")));
        Assert.Equal((ushort)2, state.UidOf(4, TestChain.Account("//Bob//hot")));
        Assert.Equal(3, state.Count(4));
        Assert.Equal(41UL, state.Number("BlockAtRegistration", SubnetChain.Net, ScaleValue.Of(2u)));
        Assert.Null(state.Find("Axons", SubnetChain.Net, TestChain.Account("//Eve//hot").ToValue()));
        Assert.Equal(0UL, state.Numbers("Incentive", 4)[2]);

        // Weights for the one who left are none for the one who came.
        chain.GoTo(60);
        Assert.Equal(0UL, chain.State.Numbers("Incentive", 4)[2]);
        Assert.True(chain.State.Numbers("Incentive", 4)[1] > 60_000);
    }

    [Fact]
    public void A_network_is_founded_for_its_price_with_a_pool_and_an_owner()
    {
        using var chain = new SubnetChain();
        var before = chain.Inner.Free("//Bob");
        var events = chain.Events("//Bob", "register_network", ("hotkey", TestChain.Account("//Bob//hot").ToValue()));
        Assert.Equal(2, events.Single(one => one.Is("SubtensorModule", "NetworkAdded")).Value[0].ToUInt16());
        Assert.InRange(before - chain.Inner.Free("//Bob"), 1_000_000_000_000UL, 1_000_001_000_000UL);
        var state = chain.State;
        var two = ScaleValue.Of(2u);
        Assert.Equal([0, 1, 2, 4], state.Networks());
        Assert.Equal((1_000_000_000_000UL, 1_000_000_000_000UL),
            (state.Number("SubnetTAO", two), state.Number("SubnetAlphaIn", two)));
        Assert.Equal((ushort)0, state.UidOf(2, TestChain.Account("//Bob//hot")));

        // The next one costs twice as much.
        Assert.Null(chain.Run("//Charlie", "register_network", ("hotkey", TestChain.Account("//c").ToValue())));
        Assert.InRange(chain.State.Number("NetworkLastLockCost"), 1_900_000_000_000UL, 2_000_000_000_000UL);
    }

    [Fact]
    public void Under_the_old_runtime_a_network_is_founded_empty_and_takes_neurons()
    {
        using var chain = new SubnetChain(SubnetChain.With([], spec: 219));
        var before = chain.Inner.Free("//Bob");
        var events = chain.Events("//Bob", "register_network");
        Assert.Equal(2, events.Single(one => one.Is("SubtensorModule", "NetworkAdded")).Value[0].ToUInt16());
        Assert.InRange(before - chain.Inner.Free("//Bob"), 1_000_000_000_000UL, 1_000_001_000_000UL);
        Assert.Equal([0, 1, 2, 4], chain.State.Networks());
        Assert.Equal(0, chain.State.Count(2));
        Assert.Equal(
            TestChain.Account("//Bob").ToString(),
            AccountId.Of(chain.State.Find("SubnetOwner", ScaleValue.Of(2u))!).ToString());
        Assert.Null(chain.Run("//Charlie", "burned_register",
            ("netuid", ScaleValue.Of(2u)), ("hotkey", TestChain.Account("//Charlie//hot").ToValue())));
        Assert.Equal((ushort)0, chain.State.UidOf(2, TestChain.Account("//Charlie//hot")));
    }

    [Fact]
    public void Under_the_old_runtime_neurons_register_and_an_upgrade_keeps_them()
    {
        using var chain = new SubnetChain(SubnetChain.With([], spec: 219));
        Assert.Null(chain.Register("//Bob", "//Bob//hot"));
        Assert.Null(chain.Run(
            "//Bob", "add_stake",
            ("hotkey", TestChain.Account("//Bob//hot").ToValue()), ("amount_staked", ScaleValue.Of(5_000_000u))));
        Assert.Equal(5_000_000UL, chain.State.Number("TotalHotkeyStake", TestChain.Account("//Bob//hot").ToValue()));
        Assert.Null(chain.Run(
            "//Bob", "remove_stake",
            ("hotkey", TestChain.Account("//Bob//hot").ToValue()), ("amount_unstaked", ScaleValue.Of(2_000_000u))));
        Assert.Equal("NotEnoughStakeToWithdraw", chain.Run(
            "//Bob", "remove_stake",
            ("hotkey", TestChain.Account("//Bob//hot").ToValue()), ("amount_unstaked", ScaleValue.Of(3_000_001u))));
        chain.GoTo(25);

        chain.Inner.Chain.Upgrade(RuntimeCatalog.Get(224));
        chain.GoTo(50);
        Assert.Equal((ushort)0, chain.State.UidOf(4, TestChain.Account("//Bob//hot")));
        Assert.Null(chain.Serve("//Bob//hot", 0x0101_0101));
    }
}
