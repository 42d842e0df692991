using Gateway.ChainBridge.Weights;

namespace Gateway.ChainBridge.Tests.Weights;

public sealed class RevealClockTests
{
    [Theory]
    [InlineData(1, 360, 1, 6_852_690)]
    [InlineData(4, 20, 1, 0)]
    [InlineData(4, 20, 3, 15)]
    [InlineData(7, 99, 2, 1_000)]
    public void A_reveal_is_for_the_blocks_that_the_network_names_and_no_other(
        ushort netuid, ulong tempo, ulong period, ulong committed)
    {
        var clock = RevealClock.Of(netuid, tempo, period, counted: null);

        // opentensor/subtensor, pallets/subtensor/src/subnets/weights.rs, get_reveal_blocks.
        var first = ((((committed + netuid + 1) / (tempo + 1)) + period) * (tempo + 1)) - netuid - 1;
        for (var block = committed; block < first + (3 * tempo); block++)
        {
            Assert.Equal(
                block >= first && block <= first + tempo, clock.EpochOf(block) == clock.RevealEpoch(committed));
        }

        Assert.Equal((tempo + 1, 1UL), (clock.Left(first), clock.Left(first + tempo)));
    }

    [Fact]
    public void Where_the_chain_counts_epochs_its_count_and_the_commitments_own_epoch_are_taken()
    {
        var clock = RevealClock.Of(4, 20, 2, counted: 900);
        Assert.Equal((900UL, 900UL), (clock.EpochOf(1), clock.EpochOf(1_000_000)));
        Assert.Equal(902UL, clock.RevealEpoch(900));
    }

    [Fact]
    public void Weights_below_a_hundredth_are_left_out_but_for_as_many_as_the_subnet_wants()
    {
        var shares = new Dictionary<ushort, ulong> { [0] = 1_000, [1] = 10, [2] = 9, [3] = 8, [4] = 0, [5] = 1 };

        Assert.Equal([0, 1], WeightSet.Of(shares).Uids);
        Assert.Equal([0, 1, 2, 3], WeightSet.Of(shares, least: 4).Uids);
        Assert.Equal([65535, 655, 589, 524, 65], WeightSet.Of(shares, least: 9).Values);
        var far = new Dictionary<ushort, ulong> { [7] = ulong.MaxValue, [9] = 1 };
        Assert.Equal([65535, 1], WeightSet.Of(far, least: 2).Values);
        Assert.Empty(WeightSet.Of(new Dictionary<ushort, ulong>()).Uids);
    }

    [Fact]
    public void A_weight_that_is_too_large_a_part_of_all_is_refused_as_the_chain_does()
    {
        var terms = new WeightTerms(4, 300, 5) { HasPermit = true, Block = 100, MaxWeight = 32767 };
        Assert.Equal("MaxWeightExceeded", WeightRule.Problem(terms, new WeightSet([1, 2], [65535, 1]), 0));
        Assert.Null(WeightRule.Problem(terms, new WeightSet([1, 2], [65535, 65535]), 0));
    }
}
