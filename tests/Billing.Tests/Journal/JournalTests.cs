namespace Gateway.Billing.Tests.Journals;

/// <summary>The journal's writing side, without threads.</summary>
public sealed class JournalTests
{
    [Fact]
    public async Task Records_are_counted_from_one_without_gaps()
    {
        using var node = new JournalNode();
        var appends = Enumerable.Range(1, 100).Select(i => node.Journal.AppendAsync(JournalNode.Move(i))).ToList();
        Assert.True(node.Journal.WriteGroup());
        var seqs = await Task.WhenAll(appends.Select(append => append.AsTask()));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), seqs);
        Assert.Equal((100, 100, 0), (node.Journal.AppendedSeq, node.Journal.WrittenSeq, node.Journal.SyncedSeq));
        Assert.Equal(100, JournalNode.CountOf(node.Disk));
    }

    [Fact]
    public void What_waits_is_one_write()
    {
        using var node = new JournalNode();
        node.Write(20);
        Assert.Equal(1, node.Disk.Writes);
        Assert.False(node.Journal.WriteGroup());
        Assert.Equal(1, node.Disk.Writes);
    }

    [Fact]
    public void A_group_that_crosses_a_segment_is_one_write_in_each()
    {
        using var node = new JournalNode();
        node.Write(400);
        Assert.Equal(2, node.Disk.Unflushed.Select(write => write.Segment).Distinct().Count());
        Assert.Equal(2, node.Disk.Writes);
        Assert.Equal(400, JournalNode.CountOf(node.Disk));
    }

    [Fact]
    public void A_group_has_a_limit_and_the_rest_comes_next()
    {
        using var node = new JournalNode(JournalNode.Small with { GroupBytes = 400 });
        node.Write(20);
        var first = node.Journal.WrittenSeq;
        Assert.InRange(first, 2, 8);
        while (node.Journal.WriteGroup())
        {
            Assert.InRange(node.Journal.WrittenSeq - first, 1, 8);
            first = node.Journal.WrittenSeq;
        }

        Assert.Equal(20, JournalNode.CountOf(node.Disk));
    }

    [Fact]
    public void In_write_mode_an_append_is_complete_when_it_is_written()
    {
        using var node = new JournalNode();
        var append = node.Journal.AppendAsync(JournalNode.Move(1));
        Assert.False(append.IsCompleted);
        node.Journal.WriteGroup();
        Assert.True(append.IsCompletedSuccessfully);
    }

    [Fact]
    public void In_strict_mode_an_append_is_complete_when_it_is_flushed()
    {
        using var node = new JournalNode(JournalNode.Small with { Durability = Durability.Strict });
        var first = node.Journal.AppendAsync(JournalNode.Move(1));
        node.Journal.WriteGroup();
        var second = node.Journal.AppendAsync(JournalNode.Move(2));
        Assert.False(first.IsCompleted);
        node.Journal.Flush();
        Assert.True(first.IsCompletedSuccessfully);
        Assert.False(second.IsCompleted);
        Assert.Equal(1, node.Journal.SyncedSeq);
    }

    [Fact]
    public void Nothing_new_is_not_flushed()
    {
        using var node = new JournalNode();
        node.Write(1);
        node.Journal.Flush();
        node.Journal.Flush();
        Assert.Equal(1, node.Disk.Flushes);
    }

    [Fact]
    public void A_flush_covers_every_segment_written_since_the_last()
    {
        using var node = new JournalNode();
        node.Write(400);
        node.Journal.Flush();
        Assert.Empty(node.Disk.Unflushed);
        Assert.Equal(400, node.Journal.SyncedSeq);
    }

    [Fact]
    public async Task A_full_ring_refuses_and_recovers()
    {
        using var node = new JournalNode(JournalNode.Small with { RingLimit = 4 });
        var taken = Enumerable.Range(1, 8).Select(i => node.Journal.AppendAsync(JournalNode.Move(i)).AsTask()).ToList();

        // Moves have twice the room of settles.
        await Assert.ThrowsAsync<JournalFailedException>(() => AppendAsync(node, 9));
        node.Journal.WriteGroup();
        await Task.WhenAll(taken);
        node.Write(1);
        Assert.False(node.Journal.HasFailed);
        Assert.Equal(9, JournalNode.CountOf(node.Disk));
    }

    [Fact]
    public async Task A_failed_write_is_final_and_refuses_who_waits()
    {
        using var node = new JournalNode();
        node.Write(3);
        node.Disk.ShortWrite = 50;
        var waiting = node.Journal.AppendAsync(JournalNode.Move(4)).AsTask();
        Assert.False(node.Journal.WriteGroup());
        await Assert.ThrowsAsync<JournalFailedException>(() => waiting);
        await AssertFinalAsync(node);
        Assert.Equal(3, JournalNode.CountOf(node.Disk));
    }

    [Theory]
    [InlineData(Durability.Write)]
    [InlineData(Durability.Strict)]
    internal async Task A_failed_flush_is_final_and_never_tried_again(Durability durability)
    {
        using var node = new JournalNode(JournalNode.Small with { Durability = durability });
        var written = node.Journal.AppendAsync(JournalNode.Move(1)).AsTask();
        node.Journal.WriteGroup();
        var waiting = node.Journal.AppendAsync(JournalNode.Move(2)).AsTask();
        node.Disk.FailsToFlush = true;
        node.Journal.Flush();
        node.Disk.FailsToFlush = false;
        node.Journal.Flush();
        Assert.Equal(1, node.Disk.Flushes);
        Assert.Equal(durability == Durability.Strict, written.IsFaulted);
        await Assert.ThrowsAsync<JournalFailedException>(() => waiting);
        Assert.Equal(0, node.Journal.SyncedSeq);
        await AssertFinalAsync(node);
    }

    [Fact]
    public async Task A_full_disk_stops_admission_while_there_is_still_room()
    {
        using var node = new JournalNode(disk: new() { Space = 3 });
        Assert.True(node.Journal.HasRoom);
        node.Write(300);
        node.Journal.Flush();
        Assert.False(node.Journal.HasRoom);
        node.Write(300);
        Assert.Equal(600, JournalNode.CountOf(node.Disk));
        node.Disk.Space = 5;
        node.Journal.Flush();
        Assert.True(node.Journal.HasRoom);
        node.Disk.Space = 0;
        var last = new List<Task<long>>();
        while (!node.Journal.HasFailed)
        {
            last.Add(node.Journal.AppendAsync(JournalNode.Move(node.Journal.AppendedSeq + 1)).AsTask());
            node.Journal.WriteGroup();
        }

        await Assert.ThrowsAsync<JournalFailedException>(() => last[^1]);
        Assert.Equal(600 + last.Count - 1, JournalNode.CountOf(node.Disk));
    }

    [Fact]
    public void Old_segments_are_removed_whole_and_only_when_flushed()
    {
        using var node = new JournalNode();
        node.Write(400);
        node.Journal.DeleteBefore(401);
        Assert.Equal(1, node.Disk.Segments()[0]);
        node.Journal.Flush();
        node.Journal.DeleteBefore(100);
        Assert.Equal(1, node.Disk.Segments()[0]);
        node.Journal.DeleteBefore(401);
        Assert.Equal(2, node.Disk.Segments()[0]);
        Assert.Equal(1, JournalNode.CountOf(node.Disk, 400));
        Assert.Throws<JournalDamagedException>(() => JournalNode.CountOf(node.Disk));
    }

    [Fact]
    public async Task A_closed_journal_refuses()
    {
        var node = new JournalNode();
        node.Dispose();
        await Assert.ThrowsAsync<JournalFailedException>(() => AppendAsync(node, 1));
    }

    [Fact]
    public void A_journal_begins_in_an_empty_folder()
    {
        using var node = new JournalNode();
        Assert.Throws<ArgumentException>(() => new JournalNode(disk: node.Disk));
    }

    [Theory]
    [InlineData(12 << 10, 8 << 10)]
    [InlineData(24 << 10, 12 << 10)]
    [InlineData(0, 8 << 10)]
    [InlineData(256 << 10, 128 << 10)]
    public void Lengths_that_do_not_fit_the_format_are_refused(long segment, int block) =>
        Assert.Throws<ArgumentException>(
            () => new JournalNode(JournalNode.Small with { SegmentLength = segment, BlockLength = block }));

    private static Task<long> AppendAsync(JournalNode node, long seq) =>
        node.Journal.AppendAsync(JournalNode.Move(seq)).AsTask();

    private static async Task AssertFinalAsync(JournalNode node)
    {
        Assert.True(node.Journal.HasFailed);
        Assert.False(node.Journal.HasRoom);
        Assert.False(node.Journal.WriteGroup());
        var late = await Assert.ThrowsAsync<JournalFailedException>(
            async () => await node.Journal.AppendAsync(JournalNode.Move(1)));
        Assert.IsType<IOException>(late.InnerException);
    }
}
