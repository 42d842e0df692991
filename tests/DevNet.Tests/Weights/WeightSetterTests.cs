using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Scale;
using Gateway.Core;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Tests.Weights;

/// <summary>A validator's voice on the simulated chain: what it says arrives in the epoch, once, whatever dies in
/// between.</summary>
public sealed class WeightSetterTests
{
    private const ushort Hidden = WeightRig.Hidden, Plain = WeightRig.Plain;

    [Fact]
    public async Task Weights_in_the_open_stand_and_the_epoch_pays_by_them()
    {
        await using var rig = await WeightRig.StartAsync();
        rig.Opinions[Plain] = [30, 10, 0];

        await rig.UntilAsync(() => rig.State.Numbers("Incentive", Plain).Any(score => score > 0));

        Assert.Equal([(1, 65535), (2, 21845)], Weights(rig, Plain));
        Assert.Equal([0UL, 49151UL, 16383UL, 0UL], rig.State.Numbers("Incentive", Plain));
        Assert.Empty(rig.Told("WeightsCommitted"));
    }

    [Fact]
    public async Task Committed_weights_are_hidden_for_an_epoch_revealed_in_the_next_and_paid_by()
    {
        await using var rig = await WeightRig.StartAsync();
        rig.Opinions[Hidden] = [10, 0, 30];

        await rig.UntilAsync(() => rig.Told("WeightsCommitted").Count > 0);
        Assert.Empty(Weights(rig, Hidden));
        await rig.UntilAsync(() => rig.State.Numbers("Incentive", Hidden).Any(score => score > 0));

        var (committed, revealed) = (rig.Told("WeightsCommitted")[0], rig.Told("WeightsRevealed")[0]);
        Assert.Equal(EpochOf(Hidden, committed.Block) + 1, EpochOf(Hidden, revealed.Block));
        Assert.Equal([(1, 21845), (3, 65535)], Weights(rig, Hidden));
        Assert.Equal([0UL, 16383UL, 0UL, 49151UL], rig.State.Numbers("Incentive", Hidden));
    }

    [Fact]
    public async Task Once_an_epoch_it_speaks_in_every_subnet_whose_miners_somebody_weighed()
    {
        await using var rig = await WeightRig.StartAsync();
        rig.Opinions[Hidden] = [1, 2, 3];
        rig.Opinions[Plain] = [3, 2, 1];

        await rig.UntilAsync(() => EpochOf(Plain, rig.Chain.Best.Number) == 5);

        Assert.Equal([0UL, 1UL, 2UL, 3UL, 4UL], Epochs(rig, "WeightsSet", Plain).Take(5));
        Assert.Equal([0UL, 1UL, 2UL, 3UL], Epochs(rig, "WeightsCommitted", Hidden).Take(4));
        Assert.Equal([1UL, 2UL, 3UL], Epochs(rig, "WeightsRevealed", Hidden).Take(3));
        Assert.All(rig.Setter.Status, status => Assert.Equal((null, 0), (status.Problem, status.LostReveals)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Killed_at_any_step_it_reveals_every_commitment_in_its_epoch_and_once(int seed)
    {
        await using var rig = await WeightRig.StartAsync();
        var random = new Random(seed);
        rig.Opinions[Hidden] = [1, 2, 3];
        rig.Opinions[Plain] = [3, 2, 1];

        while (EpochOf(Hidden, rig.Chain.Best.Number) < 8)
        {
            var lines = rig.LogLines().Length;
            await rig.RoundAsync();
            if (rig.LogLines().Length > lines && random.Next(2) == 0)
            {
                rig.Tear(random);
            }
            else if (random.Next(3) == 0)
            {
                rig.Restart();
            }

            rig.Produce(1);
            if (random.Next(12) == 0)
            {
                _ = rig.Chain.Reorg(1, returns: false);
            }
        }

        await AssertAllIsRevealedAsync(rig);
        Assert.True(Epochs(rig, "WeightsSet", Plain).Distinct().Count() >= 6, $"seed {seed}");
    }

    [Fact]
    public async Task Dead_before_every_single_step_it_still_goes_through_all_of_them()
    {
        await using var rig = await WeightRig.StartAsync(true, Hidden);
        rig.Opinions[Hidden] = [1, 2, 3];

        while (EpochOf(Hidden, rig.Chain.Best.Number) < 4)
        {
            await rig.RoundAsync();
            rig.Restart();
            rig.Produce(1);
        }

        await AssertAllIsRevealedAsync(rig);
    }

    [Fact]
    public async Task Dead_for_the_whole_epoch_of_its_reveal_it_tells_what_was_lost_and_goes_on()
    {
        await using var rig = await WeightRig.StartAsync(true, Hidden);
        rig.Opinions[Hidden] = [1, 2, 3];
        await rig.UntilAsync(() => rig.LogLines().Any(line => line.Contains("\"Done\"", StringComparison.Ordinal)));

        rig.Restart();
        rig.Produce(50);
        await rig.UntilAsync(() => rig.Setter.Status is [{ LostReveals: 1 }]);
        await rig.UntilAsync(() => rig.Told("WeightsRevealed").Count == 1);

        Assert.Single(rig.LogLines(), line => line.Contains("\"lost\"", StringComparison.Ordinal));
        Assert.Equal(2, rig.Told("WeightsCommitted").Count);
    }

    [Fact]
    public async Task What_the_chain_would_refuse_is_not_sent_and_said_by_its_name()
    {
        await using var rig = await WeightRig.StartAsync(permit: false);
        rig.Opinions[Plain] = [1, 2, 3];
        rig.Opinions[Hidden] = [1, 2, 3];

        await rig.UntilAsync(() => rig.Setter.Status.Count > 0);
        await RunOnAsync(rig, 3);

        Assert.All(rig.Setter.Status, status => Assert.Equal("NeuronNoValidatorPermit", status.Problem));
        Assert.Empty(rig.LogLines());
    }

    [Fact]
    public async Task Nothing_is_said_of_nobody_and_of_who_is_not_there_any_more()
    {
        await using var rig = await WeightRig.StartAsync(true, Plain);
        await RunOnAsync(rig, 5);
        Assert.Empty(rig.LogLines());
        Assert.True(rig.Asked > 0);

        rig.Strangers.Add(new(new Hotkey(WeightRig.Hotkey(1).ToString()), RegisteredAt: 5, 100));
        rig.Strangers.Add(new(new Hotkey(WeightRig.Hotkey(77).ToString()), RegisteredAt: 0, 100));
        await RunOnAsync(rig, 5);
        Assert.Empty(rig.LogLines());

        rig.Opinions[Plain] = [0, 8];
        await rig.UntilAsync(() => Weights(rig, Plain).Length > 0);
        Assert.Equal([(2, 65535)], Weights(rig, Plain));
    }

    [Fact]
    public async Task A_nonce_that_somebody_else_used_is_told_and_the_next_one_taken()
    {
        await using var rig = await WeightRig.StartAsync(true, Plain);
        rig.Opinions[Plain] = [1, 2, 3];
        while (rig.LogLines().Length == 0)
        {
            await rig.RoundAsync();
        }

        // Of itself anybody may say something, and weights cost nothing.
        rig.SendForeign(RuntimeCall.Of(
            rig.Chain.Best.Runtime.Metadata, SubnetState.Pallet, "set_weights", ("netuid", ScaleValue.Of(Plain)),
            ("dests", ScaleValue.ListOf(ScaleValue.Of((ushort)0))),
            ("weights", ScaleValue.ListOf(ScaleValue.Of((ushort)1))), ("version_key", ScaleValue.Of(0u))));
        rig.Produce(1);
        await rig.UntilAsync(() => Weights(rig, Plain).Length == 3);

        Assert.Contains(rig.LogLines(), line => line.Contains("\"Taken\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_line_of_the_log_refuses_the_start()
    {
        await using var rig = await WeightRig.StartAsync(true, Hidden);
        rig.Opinions[Hidden] = [1, 2, 3];
        await rig.UntilAsync(() => rig.LogLines().Length > 1);

        rig.Setter.Dispose();
        var text = await File.ReadAllTextAsync(rig.LogFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            rig.LogFile, text.Replace("\"Salt\":[", "\"Salt\":[1", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        rig.Restart();
        await Assert.ThrowsAsync<InvalidDataException>(rig.RoundAsync);
    }

    // Commitments of epochs that are over are revealed one epoch later, each once, and none was lost on the way.
    private static async Task AssertAllIsRevealedAsync(WeightRig rig)
    {
        await rig.UntilAsync(() => rig.Setter.Status.Count > 0);
        var now = EpochOf(Hidden, rig.Chain.Best.Number);
        var committed = rig.Told("WeightsCommitted")
            .ToDictionary(one => one.Event.Value[2], one => EpochOf(Hidden, one.Block));
        var revealed = rig.Told("WeightsRevealed")
            .ToDictionary(one => one.Event.Value[2], one => EpochOf(Hidden, one.Block));
        Assert.Equal(committed.Count, committed.Values.Distinct().Count());
        Assert.All(committed.Where(one => one.Value + 1 < now), one => Assert.Equal(one.Value + 1, revealed[one.Key]));
        Assert.True(revealed.Count >= 2);
        Assert.DoesNotContain(rig.LogLines(), line => line.Contains("\"lost\"", StringComparison.Ordinal));
    }

    private static async Task RunOnAsync(WeightRig rig, int rounds)
    {
        for (var left = rounds; left > 0; left--)
        {
            await rig.RoundAsync();
            rig.Produce(1);
        }
    }

    private static ulong EpochOf(ushort netuid, uint block) => new SubnetClock(netuid, 20).EpochOf(block);

    private static ulong[] Epochs(WeightRig rig, string name, ushort netuid) =>
    [
        .. rig.Told(name).Where(one => one.Event.Value.Fields.Any(field =>
                field.Value is ScaleValue.Unsigned number && number.Value == netuid))
            .Select(one => EpochOf(netuid, one.Block)),
    ];

    private static (int Uid, int Value)[] Weights(WeightRig rig, ushort netuid) =>
        [.. rig.State.Pairs("Weights", netuid, 0).Select(pair => ((int)pair.Uid, (int)pair.Value))];
}
