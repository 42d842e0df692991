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
        Assert.Equal(passes, SnapshotRule.Problem(Of(before, old), Of(block, fresh), head: 12) is null);

    [Fact]
    public void The_same_block_may_be_read_again_and_another_of_its_height_not()
    {
        var before = Of(10, "ab");
        Assert.Null(SnapshotRule.Problem(before, Of(10, "ab"), head: 12));
        Assert.NotNull(SnapshotRule.Problem(before, Of(10, "ab") with { BlockHash = "0x00" }, head: 12));
    }

    [Fact]
    public void A_hotkey_that_is_there_twice_and_uids_with_gaps_are_no_subnet()
    {
        Assert.NotNull(SnapshotRule.Flaw(Of(10, "aa")));
        var gap = Of(10, "ab");
        Assert.NotNull(SnapshotRule.Flaw(gap with { Neurons = [gap.Neurons[1], gap.Neurons[0]] }));
    }

    [Fact]
    public void Numbers_that_no_chain_has_are_no_state()
    {
        var told = Of(100, "ab");
        Assert.Null(SnapshotRule.Flaw(told));
        Assert.NotNull(SnapshotRule.Flaw(told with { LastEpoch = long.MaxValue }));
        Assert.NotNull(SnapshotRule.Flaw(told with { LastEpoch = 101 }));
        Assert.NotNull(SnapshotRule.Flaw(told with { LastEpoch = -1 }));
        Assert.NotNull(SnapshotRule.Flaw(told with { Tempo = -1 }));
        Assert.NotNull(SnapshotRule.Flaw(told with { Tempo = int.MaxValue }));
        Assert.NotNull(SnapshotRule.Flaw(Of(1L << 32, "ab")));
        Assert.NotNull(SnapshotRule.Flaw(told with { Neurons = [told.Neurons[0] with { RegisteredAt = 101 }] }));

        // What passes can be asked for its next epoch, whatever it is.
        var widest = Of(uint.MaxValue, "ab") with { LastEpoch = uint.MaxValue, Tempo = ushort.MaxValue };
        Assert.Null(SnapshotRule.Flaw(widest));
        Assert.Equal(uint.MaxValue + 65_536L, widest.NextEpoch);
    }

    [Fact]
    public void A_lie_about_the_height_is_held_back_and_one_that_was_taken_holds_nothing_back()
    {
        var lie = Of(4_000_000_000, "xy");
        Assert.NotNull(SnapshotRule.Problem(Of(100, "ab"), lie, head: 110));
        Assert.NotNull(SnapshotRule.Problem(null, lie, head: 110));

        Assert.Null(SnapshotRule.Problem(lie, Of(110, "ab"), head: 110));

        // Nodes that are a little behind those of the last reading do not turn the clock back.
        Assert.NotNull(SnapshotRule.Problem(Of(130, "ab"), Of(110, "ab"), head: 110));
    }

    [Fact]
    public void An_answer_about_another_subnet_or_block_than_was_asked_for_is_none()
    {
        var read = Of(100, "ab");
        Assert.Equal(100, RuntimeApiReader.Checked(read, 100, new NetUid(4)).Block);
        Assert.Equal(99, RuntimeApiReader.Checked(read, 99, new NetUid(4)).Block);
        Assert.Throws<InvalidDataException>(() => RuntimeApiReader.Checked(read, 100, new NetUid(5)));
        Assert.Throws<InvalidDataException>(() => RuntimeApiReader.Checked(read, 101, new NetUid(4)));
        Assert.Throws<InvalidDataException>(() => RuntimeApiReader.Checked(read, 98, new NetUid(4)));
    }

    [Fact]
    public void A_kept_file_with_numbers_that_no_chain_has_counts_for_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("metagraph-").FullName;
        try
        {
            var store = new SnapshotStore(folder);
            store.Write(Of(10, "abc") with { LastEpoch = long.MaxValue }, "0x01");
            Assert.Null(store.Read(new NetUid(4), "0x01"));
            store.Write(Of(10, "aa"), "0x01");
            Assert.Null(store.Read(new NetUid(4), "0x01"));
            File.WriteAllText(Path.Combine(folder, "4.json"), """{"Genesis":"0x01","NetUid":4,"Neurons":[null]}""");
            Assert.Null(store.Read(new NetUid(4), "0x01"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
