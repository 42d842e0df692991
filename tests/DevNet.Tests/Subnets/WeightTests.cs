using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Weights;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.Tests.Chain;

namespace Gateway.DevNet.Tests.Subnets;

public sealed class WeightTests
{
    [Fact]
    public void Weights_are_stretched_stored_and_give_incentive_at_the_epoch()
    {
        using var chain = Chain();
        Assert.Null(chain.SetWeights("//Bob//hot", [1, 2], [30, 10]));
        Assert.Equal([((ushort)1, (ushort)65535), ((ushort)2, (ushort)21845)], chain.State.Pairs("Weights", 4, 0));
        chain.GoTo(14);
        Assert.All(chain.State.Numbers("Incentive", 4), score => Assert.Equal(0UL, score));

        // (block + 4 + 1) mod 21 = 20.
        chain.GoTo(15);
        var state = chain.State;
        Assert.Equal([0UL, 49151UL, 16383UL], state.Numbers("Incentive", 4));
        Assert.Equal(65535UL, state.Numbers("Dividends", 4)[0]);
        Assert.Equal(15UL, state.Number("LastMechansimStepBlock", SubnetChain.Net));
        Assert.Equal(0UL, state.Number("BlocksSinceLastStep", SubnetChain.Net));
        Assert.True(new StakeBook(state).Of(TestChain.Account("//Charlie//hot"), 4) > 5_000_000_000);
        chain.GoTo(16);
        Assert.Equal(1UL, chain.State.Number("BlocksSinceLastStep", SubnetChain.Net));
    }

    [Fact]
    public void What_the_network_refuses_is_refused_by_its_name()
    {
        using var chain = Chain();
        Assert.Equal("CanNotSetRootNetworkWeights", chain.SetWeights("//Bob//hot", [1], [1], netuid: 0));
        Assert.Equal("WeightVecNotEqualSize", chain.SetWeights("//Bob//hot", [1, 2], [1]));
        Assert.Equal("SubNetworkDoesNotExist", chain.SetWeights("//Bob//hot", [1], [1], netuid: 9));
        Assert.Equal("UidsLengthExceedUidsInSubNet", chain.SetWeights("//Bob//hot", [0, 1, 2, 3], [1, 1, 1, 1]));
        Assert.Equal("HotKeyNotRegisteredInSubNet", chain.SetWeights("//Eve", [1], [1]));
        Assert.Equal("NeuronNoValidatorPermit", chain.SetWeights("//Charlie//hot", [2], [1]));
        Assert.Equal("DuplicateUids", chain.SetWeights("//Bob//hot", [1, 1], [1, 1]));
        Assert.Equal("UidVecContainInvalidOne", chain.SetWeights("//Bob//hot", [1, 3], [1, 1]));

        // Of oneself anybody may say something.
        Assert.Null(chain.SetWeights("//Charlie//hot", [1], [7]));
        Assert.Null(chain.SetWeights("//Bob//hot", [1], [1]));
        Assert.Equal("SettingWeightsTooFast", chain.SetWeights("//Bob//hot", [1], [1]));
    }

    [Fact]
    public void Permits_go_to_stake_at_the_epoch()
    {
        using var chain = Chain();
        Assert.Null(chain.Run(
            "//Alice", "add_stake", ("hotkey", TestChain.Account("//Charlie//hot").ToValue()),
            ("netuid", SubnetChain.Net), ("amount_staked", ScaleValue.Of(5_000_000_000UL))));
        chain.GoTo(15);
        Assert.Equal([true, true, false], chain.State.Flags("ValidatorPermit", 4));
    }

    [Fact]
    public void A_commitment_is_revealed_in_its_epoch_alone()
    {
        using var chain = Committing();
        var salt = new ushort[] { 7, 8, 9 };
        var hash = new WeightsCommitment(
            TestChain.Account("//Bob//hot").ToArray(), 4, [1, 2], [30, 10], salt, 0).Hash();
        Assert.Equal("CommitRevealEnabled", chain.SetWeights("//Bob//hot", [1], [1]));
        Assert.Equal("NoWeightsCommitFound", Reveal(chain, salt));
        Assert.Null(chain.Run(
            "//Bob//hot", "commit_weights", ("netuid", SubnetChain.Net), ("commit_hash", ScaleValue.Of(hash.Bytes))));
        Assert.Equal("RevealTooEarly", Reveal(chain, salt));
        Assert.Equal("InvalidRevealCommitHashNotMatch", Reveal(chain, [1]));

        chain.GoTo(16);
        var events = chain.Events("//Bob//hot", "reveal_weights", Arguments(salt));
        Assert.Null(chain.ErrorOf(events));
        Assert.Contains(events, one => one.Is("SubtensorModule", "WeightsRevealed"));
        Assert.Equal(2, chain.State.Pairs("Weights", 4, 0).Length);
        Assert.Equal("NoWeightsCommitFound", Reveal(chain, salt));
    }

    [Fact]
    public void A_commitment_that_was_kept_too_long_is_worth_nothing()
    {
        using var chain = Committing();
        var hash = new WeightsCommitment(
            TestChain.Account("//Bob//hot").ToArray(), 4, [1, 2], [30, 10], [7], 0).Hash();
        Assert.Null(chain.Run(
            "//Bob//hot", "commit_weights", ("netuid", SubnetChain.Net), ("commit_hash", ScaleValue.Of(hash.Bytes))));
        chain.GoTo(40);
        Assert.Equal("ExpiredWeightCommit", Reveal(chain, [7]));
    }

    private static string? Reveal(SubnetChain chain, ushort[] salt) =>
        chain.Run("//Bob//hot", "reveal_weights", Arguments(salt));

    private static (string Name, ScaleValue Value)[] Arguments(ushort[] salt) =>
    [
        ("netuid", SubnetChain.Net), ("uids", SubnetChain.Numbers([1, 2])), ("values", SubnetChain.Numbers([30, 10])),
        ("salt", SubnetChain.Numbers(salt)), ("version_key", ScaleValue.Of(0u)),
    ];

    private static SubnetChain Chain() => new(Options());

    private static SubnetChain Committing()
    {
        var options = Options();
        return new SubnetChain(options with { Subnets = [options.Subnets[0] with { CommitsWeights = true }] });
    }

    private static ChainOptions Options() => SubnetChain.With(
        [
            SubnetChain.Neuron("//Bob", stake: 1_000_000_000, permit: true), SubnetChain.Neuron("//Charlie"),
            SubnetChain.Neuron("//Dave"),
        ]);
}
