using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Staking;
using Gateway.ChainBridge.Weights;
using Gateway.DevNet.Tests.Chain;
using Gateway.DevNet.Tests.Subnets;
using WeightCalls = Gateway.ChainBridge.Weights.WeightCalls;
using WeightRule = Gateway.ChainBridge.Weights.WeightRule;

namespace Gateway.DevNet.Tests.Payouts;

/// <summary>The bridge's own calls of SubtensorModule, carried out by the simulated chain, and its checks beside the
/// chain's.</summary>
public sealed class HotkeyCallTests
{
    private const string Validator = "//Bob//hot";

    [Fact]
    public void Weights_are_scaled_up_and_stand_as_they_were_set()
    {
        using var chain = NewChain(commits: false);
        var weights = WeightSet.Of(new Dictionary<ushort, ulong> { [2] = 1, [1] = 3, [0] = 0 });

        Assert.Equal([1, 2], weights.Uids);
        Assert.Equal([65535, 21845], weights.Values);
        Assert.Null(Run(chain, WeightCalls.Set(chain.Inner.Runtime.Metadata, SubnetChain.NetUid, weights, 0)));
        Assert.Equal(2, chain.State.Pairs("Weights", SubnetChain.NetUid, 0).Length);
    }

    [Fact]
    public void A_commitment_is_revealed_with_its_salt()
    {
        using var chain = NewChain(commits: true);
        var metadata = chain.Inner.Runtime.Metadata;
        var commitment = new WeightsCommitment(
            TestChain.Account(Validator).ToArray(), SubnetChain.NetUid, [1, 2], [30, 10], [7, 8, 9], 0);

        Assert.Null(Run(chain, WeightCalls.Commit(metadata, SubnetChain.NetUid, commitment.Hash())));
        chain.GoTo(16);
        Assert.Null(Run(chain, WeightCalls.Reveal(metadata, SubnetChain.NetUid, commitment)));
    }

    [Theory]
    [InlineData(new ushort[] { 1, 1 }, 0UL, true)]
    [InlineData(new ushort[] { 1, 9 }, 0UL, true)]
    [InlineData(new ushort[] { 0, 1, 2, 3 }, 0UL, true)]
    [InlineData(new ushort[] { 1, 2 }, 0UL, false)]
    [InlineData(new ushort[] { 1, 2 }, 0UL, true)]
    public void The_check_before_the_fee_says_what_the_chain_says(ushort[] uids, ulong version, bool permit)
    {
        using var chain = NewChain(commits: false, permit);
        var weights = new WeightSet([.. uids], [.. uids.Select(_ => (ushort)1)]);
        var terms = new WeightTerms(SubnetChain.NetUid, 3, 0)
        {
            HasPermit = permit,
            Stake = (1_000_000_000, 0),
            Block = chain.Inner.Chain.Best.Number + 1,
        };

        var said = Run(chain, WeightCalls.Set(chain.Inner.Runtime.Metadata, SubnetChain.NetUid, weights, version));

        Assert.Equal(said, WeightRule.Problem(terms, weights, version));
    }

    [Fact]
    public void The_check_refuses_what_the_terms_refuse()
    {
        var terms = new WeightTerms(4, 300, 5) { HasPermit = true, Stake = (10, 10), Block = 100, VersionKey = 2 };
        var weights = new WeightSet([1, 2], [1, 1]);

        Assert.Null(WeightRule.Problem(terms, weights, 2));
        Assert.Equal("IncorrectWeightVersionKey", WeightRule.Problem(terms, weights, 1));
        Assert.Equal("CanNotSetRootNetworkWeights", WeightRule.Problem(terms with { NetUid = 0 }, weights, 2));
        Assert.Equal("HotKeyNotRegisteredInSubNet", WeightRule.Problem(terms with { Uid = null }, weights, 2));
        Assert.Equal("NotEnoughStakeToSetWeights", WeightRule.Problem(terms with { Stake = (9, 10) }, weights, 2));
        Assert.Equal("WeightVecLengthIsLow", WeightRule.Problem(terms with { MinAllowedWeights = 3 }, weights, 2));
        var late = terms with { LastUpdate = 50, RateLimit = 51 };
        Assert.Equal("SettingWeightsTooFast", WeightRule.Problem(late, weights, 2));
        Assert.Null(WeightRule.Problem(late with { RateLimit = 50 }, weights, 2));
        Assert.Equal(
            "CommittingWeightsTooFast", WeightRule.Problem(late with { CommitsFirst = true }, weights, 2));
        Assert.Equal(
            "TooManyUnrevealedCommits",
            WeightRule.Problem(terms with { CommitsFirst = true, OpenCommits = 10 }, weights, 2));
    }

    [Fact]
    public void Stake_is_added_moved_and_removed_and_the_event_tells_how_much()
    {
        using var chain = NewChain(commits: false);
        var metadata = chain.Inner.Runtime.Metadata;
        var hotkey = TestChain.Account(Validator).ToString();
        var other = TestChain.Account("//Charlie//hot").ToString();

        var added = Events(chain, "//Bob", StakeCalls.Add(metadata, hotkey, SubnetChain.NetUid, new(3_000_000_000)));
        Assert.Null(chain.ErrorOf(added));
        var (tao, alpha) = StakeCalls.Moved([.. added])!.Value;
        Assert.InRange(tao.Value, 1, 3_000_000_000);
        Assert.True(alpha > 0);

        Assert.Null(chain.ErrorOf(Events(chain, "//Bob", StakeCalls.Move(
            metadata, (hotkey, SubnetChain.NetUid), (other, SubnetChain.NetUid), alpha / 4))));
        var removed = Events(chain, "//Bob", StakeCalls.Remove(metadata, hotkey, SubnetChain.NetUid, alpha / 2));
        Assert.Null(chain.ErrorOf(removed));
        Assert.True(StakeCalls.Moved([.. removed])!.Value.Tao.Value > 0);
        Assert.Null(StakeCalls.Moved(ImmutableArray<ChainEvent>.Empty));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => StakeCalls.Add(metadata, hotkey, SubnetChain.NetUid, new(StakeCalls.Least - 1)));
    }

    private static string? Run(SubnetChain chain, ScaleValue.Case call) =>
        chain.ErrorOf(Events(chain, Validator, call));

    private static List<ChainEvent> Events(SubnetChain chain, string uri, ScaleValue.Case call) =>
        chain.Inner.Run(uri, call);

    private static SubnetChain NewChain(bool commits, bool permit = true)
    {
        var options = SubnetChain.With(
        [
            SubnetChain.Neuron("//Bob", stake: 1_000_000_000, permit: permit), SubnetChain.Neuron("//Charlie"),
            SubnetChain.Neuron("//Dave"),
        ]);
        return new SubnetChain(options with { Subnets = [options.Subnets[0] with { CommitsWeights = commits }] });
    }
}
