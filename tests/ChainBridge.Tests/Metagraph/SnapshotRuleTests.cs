using Gateway.ChainBridge.Metagraph;
using Gateway.Core;

namespace Gateway.ChainBridge.Tests.Metagraph;

public sealed class SnapshotRuleTests
{
    [Theory]
    [InlineData(10, "abcd", 11, "abcd", true)]
    [InlineData(10, "abcd", 11, "abxy", true)]
    [InlineData(10, "abcd", 11, "axyz", false)]
    [InlineData(10, "abcd", 11, "", false)]
    [InlineData(10, "abcd", 9, "abcd", false)]
    [InlineData(10, "abcd", 11, "abcde", true)]
    [InlineData(10, "", 11, "abcd", true)]
    public void A_fresh_state_takes_the_old_ones_place_only_if_it_may_be_true(
        int before, string old, int block, string fresh, bool passes) =>
        Assert.Equal(passes, SnapshotRule.Problem(Of(before, old), Of(block, fresh)) is null);

    [Fact]
    public void The_same_block_may_be_read_again_and_another_of_its_height_not()
    {
        var before = Of(10, "ab");
        Assert.Null(SnapshotRule.Problem(before, Of(10, "ab")));
        Assert.NotNull(SnapshotRule.Problem(before, Of(10, "ab") with { BlockHash = "0x00" }));
    }

    [Fact]
    public void A_hotkey_that_is_there_twice_and_uids_with_gaps_are_no_subnet()
    {
        Assert.NotNull(SnapshotRule.Problem(null, Of(10, "aa")));
        var gap = Of(10, "ab");
        Assert.NotNull(SnapshotRule.Problem(null, gap with { Neurons = [gap.Neurons[1], gap.Neurons[0]] }));
    }

    [Fact]
    public void What_is_kept_is_read_again_for_its_own_chain_and_no_other()
    {
        var folder = Directory.CreateTempSubdirectory("metagraph-").FullName;
        try
        {
            var store = new SnapshotStore(folder);
            var snapshot = Of(10, "abc");
            store.Write(snapshot, "0x01");
            var kept = store.Read(new NetUid(4), "0x01")!;
            Assert.Equal(snapshot.Neurons, kept.Neurons);
            Assert.Equal(snapshot with { Neurons = kept.Neurons }, kept);
            Assert.Null(store.Read(new NetUid(4), "0x02"));
            Assert.Null(store.Read(new NetUid(5), "0x01"));

            // Cut at any byte, a file is nothing or whole; never an error, never a part.
            var path = Path.Combine(folder, "4.json");
            var bytes = File.ReadAllBytes(path);
            for (var length = 0; length < bytes.Length; length += 7)
            {
                File.WriteAllBytes(path, bytes[..length]);
                Assert.Null(store.Read(new NetUid(4), "0x01"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SubnetSnapshot Of(long block, string hotkeys) =>
        Snapshots.Of(block, [.. hotkeys.Select(key => key.ToString())]);
}
