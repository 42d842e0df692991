using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Tests.Subnets;

/// <summary>Known answers of opentensor/subtensor @14bc6f9, pallets/subtensor/src/tests/epoch.rs (test_bonds, four
/// validators and four servers) and math.rs (weighted median).</summary>
public sealed class YumaEpochTests
{
    private static readonly double[] Weights = [16383, 32767, 49149, 65535];

    [Fact]
    public void Three_epochs_give_the_networks_own_dividends_and_bonds()
    {
        var result = Run(silent: 0, bonds: Rows(0));
        AssertClose([.1, .2, .3, .4], result.Consensus[4..]);
        AssertClose([.1, .2, .3, .4], result.Incentive[4..]);
        AssertClose([.1, .2, .3, .4], result.Dividends[..4]);
        AssertBonds([16383, 32767, 49151, 65535], result);

        result = Run(silent: 1, Stored(result));
        AssertClose([.0900, .2022, .3033, .4044], result.Dividends[..4]);
        AssertBonds([14582, 32767, 49151, 65535], result);

        result = Run(silent: 2, Stored(result));
        AssertClose([.0810, .1820, .3159, .4211], result.Dividends[..4]);
        AssertBonds([12603, 28321, 49151, 65535], result);
    }

    [Theory]
    [InlineData(new[] { .49, .51 }, new[] { .5, 1 }, 1)]
    [InlineData(new[] { .51, .49 }, new[] { .5, 1 }, .5)]
    [InlineData(new[] { .49, 0, .51 }, new[] { .5, .7, 1 }, 1)]
    [InlineData(new[] { .49, .01, .5 }, new[] { .5, .7, 1 }, .7)]
    [InlineData(new[] { .49, .51, 0 }, new[] { .5, .7, 1 }, .7)]
    public void The_median_is_what_a_majority_of_the_stake_reaches(double[] stake, double[] values, double median) =>
        Assert.Equal(median, YumaEpoch.WeightedMedian(stake, values, 1 - .51));

    [Fact]
    public void A_weight_that_only_a_minority_gives_is_clipped()
    {
        // Uids 0 to 2 validate, 3 and 4 serve; the third validator, a fifth of the stake, praises uid 4 alone.
        var weights = new double[][]
        {
            [0, 0, 0, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1], new double[5], new double[5],
        };
        var result = YumaEpoch.Run(new YumaInput(
            [4, 4, 2, 0, 0], [true, true, true, false, false], [true, true, true, true, true], weights,
            [.. weights.Select(_ => new double[5])]));
        Assert.Equal([0, 0, 0, 1, 0], result.Incentive);
        Assert.Equal([1, 1, 0, 0, 0], result.ValidatorTrust);
        Assert.Equal(0, result.Dividends[2]);
        Assert.Equal(1, result.Emission.Sum(), 12);
        Assert.Equal(.5, result.MinerEmission.Sum(), 12);
    }

    [Fact]
    public void Without_weights_stake_earns_and_without_stake_nobody()
    {
        var none = new double[][] { [0, 0], [0, 0] };
        var result = YumaEpoch.Run(new YumaInput([1, 3], [true, true], [true, true], none, none));
        Assert.Equal([.25, .75], result.Emission);
        Assert.Equal([0, 0], result.Incentive);
        result = YumaEpoch.Run(new YumaInput([0, 0], [true, true], [true, true], none, none));
        Assert.Equal([0, 0], result.Emission);
    }

    [Fact]
    public void Who_has_no_permit_or_was_silent_too_long_counts_for_nothing()
    {
        var weights = new double[][] { [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 1], new double[4] };
        var result = YumaEpoch.Run(new YumaInput(
            [1, 5, 5, 0], [true, false, true, false], [true, true, false, true], weights,
            [.. weights.Select(_ => new double[4])]));
        Assert.Equal([1, 0, 0, 0], result.Dividends);
    }

    private static YumaResult Run(int silent, double[][] bonds)
    {
        var rows = Rows(0);
        for (var validator = 0; validator < 4; validator++)
        {
            if (validator < silent)
            {
                rows[validator][validator] = 65535;
            }
            else
            {
                Weights.CopyTo(rows[validator], 4);
            }
        }

        bool[] permits = [true, true, true, true, false, false, false, false];
        return YumaEpoch.Run(new YumaInput(
            [1, 2, 3, 4, 0, 0, 0, 0], permits, [.. permits.Select(_ => true)], rows, bonds));
    }

    // The chain keeps bonds in 65535ths.
    private static double[][] Stored(YumaResult result) =>
        [.. result.Bonds.Select(row => row.Select(bond => Math.Floor(bond * 65535)).ToArray())];

    private static double[][] Rows(double value) =>
        [.. Enumerable.Range(0, 8).Select(_ => Enumerable.Repeat(value, 8).ToArray())];

    private static void AssertBonds(int[] wanted, YumaResult result)
    {
        for (var validator = 0; validator < wanted.Length; validator++)
        {
            Assert.InRange(result.Bonds[validator][4] * 65535, wanted[validator] - 1.01, wanted[validator] + 1.01);
        }
    }

    private static void AssertClose(double[] wanted, double[] found)
    {
        Assert.Equal(wanted.Length, found.Length);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.InRange(found[i], wanted[i] - .0001, wanted[i] + .0001);
        }
    }
}
